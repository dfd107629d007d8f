package dev.runway.control.graph;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
import dev.runway.control.http.Answer;
import dev.runway.control.http.Call;
import dev.runway.control.http.Handlers;
import dev.runway.control.http.Operation;
import dev.runway.lineage.Edge;
import dev.runway.lineage.EdgeKind;
import dev.runway.lineage.NodeId;
import dev.runway.model.Limits;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** What a retrain of a model would touch: the models below it in waves, what they cost and take. */
public final class RetrainPlan {
  /** Nodes that one plan may reach, so that the widest one ends too. */
  static final int MAX_NODES = 20_000;

  /** Dependencies among them that one plan may read: a dense part has many more than nodes. */
  static final int MAX_EDGES = 100_000;

  private static final int FETCH = 5_000;

  /** A year: a training that takes longer is none. */
  private static final double LONGEST_SECONDS = 366 * 86_400;

  /** Models that an answer names. */
  private static final int MAX_MODELS = 1_000;

  /** A model that only shares the data behind another one does not feel its retrain. */
  private static final String FELT =
      "e.valid_to IS NULL AND NOT (e.kind = 'DATA_ONLY' AND starts_with(e.upstream, 'model:'))";

  private static final String EDGES =
      """
      WITH RECURSIVE walk (node_id) AS (
          SELECT ?::text
          UNION
          SELECT e.downstream
          FROM walk AS w
          JOIN graph_edges AS e ON e.upstream = w.node_id AND %1$s),
      reached AS MATERIALIZED (
          SELECT node_id FROM walk LIMIT ?)
      SELECT e.upstream, e.downstream, e.kind, (SELECT count(*) FROM reached) AS nodes
      FROM reached AS r
      JOIN graph_edges AS e ON e.upstream = r.node_id AND %1$s
      WHERE e.downstream IN (SELECT node_id FROM reached)
      LIMIT ?
      """
          .formatted(FELT);

  /**
   * What the last training cost and took that says so, as one guess at the next. What the ledger
   * has settled comes before what a version says of itself. A version may say any number: what no
   * training costs or takes is not known.
   */
  private static final String MODELS =
      """
      SELECT i.model_id, m.owner, m.team, m.tier, m.state, c.cost, s.seconds,
             (SELECT count(*) FROM deployments AS d
              WHERE d.model_id = i.model_id AND d.ended_at IS NULL) AS live_deployments
      FROM unnest(?) AS i (model_id)
      LEFT JOIN models AS m ON m.model_id = i.model_id
      LEFT JOIN LATERAL (
          SELECT coalesce(
              (SELECT r.actual_cost::double precision
               FROM retrain_commands AS r
               WHERE r.model_id = i.model_id AND r.action = 'RETRAIN' AND r.state = 'SUCCEEDED'
                     AND r.actual_cost IS NOT NULL
               ORDER BY r.received_at DESC
               LIMIT 1),
              (SELECT (v.metrics ->> 'training_cost')::double precision
               FROM model_versions AS v
               WHERE v.model_id = i.model_id AND %1$s
               ORDER BY v.created_at DESC
               LIMIT 1)) AS cost) AS c ON true
      LEFT JOIN LATERAL (
          SELECT (v.metrics ->> 'training_seconds')::double precision AS seconds
          FROM model_versions AS v
          WHERE v.model_id = i.model_id AND %2$s
          ORDER BY v.created_at DESC
          LIMIT 1) AS s ON true
      ORDER BY m.tier NULLS LAST, i.model_id
      """
          .formatted(
              between0And("training_cost", Limits.MAX_COST),
              between0And("training_seconds", LONGEST_SECONDS));

  private RetrainPlan() {}

  private static String between0And(String metric, double highest) {
    return """
    CASE jsonb_typeof(v.metrics -> '%1$s')
      WHEN 'number' THEN (v.metrics ->> '%1$s')::numeric BETWEEN 0 AND %2$s
      ELSE false END
    """
        .formatted(metric, highest);
  }

  public static void handle(Handlers handlers) {
    handlers.readWide(Operation.GET_RETRAIN_PLAN, RetrainPlan::get);
  }

  private static Answer get(Call call, Sql sql) throws SQLException {
    sql.oneState();
    sql.limitStatements(Impact.WALK_MILLIS);
    NodeId start = NodeId.model(call.path("model"));
    Below below = new Below();
    sql.each(FETCH, below::take, EDGES, start.text(), MAX_NODES + 1, MAX_EDGES + 1);
    List<Waves.Member> members = Waves.of(start, below.edges);
    Map<String, Waves.Member> named = new LinkedHashMap<>();
    members
        .subList(0, Math.min(MAX_MODELS, members.size()))
        .forEach(member -> named.put(member.modelId(), member));
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("model_id", start.name());
    answer.put("models", members.size());
    answer.put("complete", !below.cut && named.size() == members.size());
    write(answer, named, sql.rows(MODELS, List.copyOf(named.keySet())));
    return Answer.ok(answer);
  }

  /** What lies below a model, as far as it is read; each node is kept once. */
  private static final class Below {
    private final Map<String, NodeId> nodes = new HashMap<>();
    private final List<Edge> edges = new ArrayList<>();
    private boolean cut;

    void take(ResultSet row) throws SQLException {
      cut |= edges.size() == MAX_EDGES || row.getLong(4) > MAX_NODES;
      if (edges.size() < MAX_EDGES) {
        edges.add(
            new Edge(
                node(row.getString(1)),
                node(row.getString(2)),
                EdgeKind.valueOf(row.getString(3))));
      }
    }

    private NodeId node(String text) {
      return nodes.computeIfAbsent(text, NodeId::stored);
    }
  }

  /** Adds up what is known: the cost of all, and waves one after the other. */
  private static void write(
      ObjectNode answer, Map<String, Waves.Member> named, List<ObjectNode> rows) {
    Map<Integer, ArrayNode> waves = new TreeMap<>();
    Map<Integer, Double> longest = new HashMap<>();
    double cost = 0;
    for (ObjectNode row : rows) {
      Waves.Member member = Objects.requireNonNull(named.get(row.path("model_id").asText()));
      cost += row.path("cost").asDouble();
      longest.merge(member.wave(), row.path("seconds").asDouble(), Math::max);
      ArrayNode uses = row.putArray("uses");
      member.uses().forEach(kind -> uses.add(kind.name()));
      waves.computeIfAbsent(member.wave(), any -> JsonNodeFactory.instance.arrayNode()).add(row);
    }
    answer.put("cost", cost);
    answer.put("models_without_cost", without(rows, "cost"));
    answer.put("seconds", longest.values().stream().mapToDouble(Double::doubleValue).sum());
    answer.put("models_without_seconds", without(rows, "seconds"));
    ArrayNode array = answer.putArray("waves");
    waves.forEach((number, models) -> array.addObject().put("wave", number).set("models", models));
  }

  private static long without(List<ObjectNode> rows, String field) {
    return rows.stream().filter(row -> !row.has(field)).count();
  }
}
