package dev.runway.control.graph;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
import dev.runway.control.http.Answer;
import dev.runway.control.http.Call;
import dev.runway.control.http.Handlers;
import dev.runway.control.http.Operation;
import dev.runway.lineage.NodeId;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a node stands on, and what stands on it. */
public final class Impact {
  /**
   * Steps that one walk may take, so that the widest one ends too: each is a node at one of the
   * depths at which there is a way to it. Some 15 microseconds each, 0.3 s in all.
   */
  static final int MAX_STEPS = 20_000;

  /** How long a walk may take; what it must not take is held by the bound of its steps. */
  static final int WALK_MILLIS = 2_000;

  private static final int DEFAULT_DEPTH = 10;
  private static final int DEFAULT_LIMIT = 100;

  /**
   * Goes one step beyond the depth that was asked for, which tells whether there is more. Steps
   * come in the order of their depth, so those that are cut are the farthest.
   */
  private static final String WALK =
      """
      WITH RECURSIVE walk (node_id, depth) AS (
          SELECT ?::text, 0
          UNION
          SELECT e.%2$s, w.depth + 1
          FROM walk AS w
          JOIN graph_edges AS e ON e.%1$s = w.node_id AND e.valid_to IS NULL
          WHERE w.depth <= ?),
      steps AS MATERIALIZED (
          SELECT node_id, depth FROM walk LIMIT ?),
      reached AS MATERIALIZED (
          SELECT node_id, min(depth) AS depth FROM steps GROUP BY node_id),
      known AS MATERIALIZED (
          SELECT r.node_id, r.depth, n.kind, n.name, n.owner, n.team, n.tier, n.state, n.model_id
          FROM reached AS r
          JOIN v_graph_nodes AS n USING (node_id)
          WHERE r.depth BETWEEN 1 AND ?),
      sums AS (
          SELECT (SELECT count(*) FROM known) AS reached,
                 (SELECT count(*) FROM steps) AS steps,
                 EXISTS (SELECT FROM reached WHERE depth > ?) AS deeper,
                 (SELECT coalesce(jsonb_object_agg(k.kind, k.nodes), '{}')
                  FROM (SELECT kind, count(*) AS nodes FROM known GROUP BY kind) AS k) AS kinds,
                 (SELECT coalesce(jsonb_object_agg(t.tier, t.nodes), '{}')
                  FROM (SELECT tier, count(*) AS nodes
                        FROM known WHERE kind = 'MODEL' AND tier IS NOT NULL
                        GROUP BY tier) AS t) AS tiers,
                 ARRAY(SELECT DISTINCT team FROM known WHERE team IS NOT NULL ORDER BY team)
                     AS teams),
      listed AS MATERIALIZED (
          SELECT node_id, depth, kind, name, owner, team, tier, state, model_id
          FROM known
          ORDER BY depth, node_id
          LIMIT ?),
      ways AS MATERIALIZED (
          SELECT DISTINCT l.node_id, e.upstream, e.kind
          FROM listed AS l
          JOIN graph_edges AS e ON e.%2$s = l.node_id AND e.valid_to IS NULL
          JOIN reached AS r ON r.node_id = e.%1$s),
      uses AS MATERIALIZED (
          SELECT node_id, array_agg(DISTINCT kind) AS uses FROM ways GROUP BY node_id),
      -- Of each space once, however many of those that are named use it.
      verdicts AS MATERIALIZED (
          SELECT d.upstream, d.kind, embedding_verdict(d.upstream, d.kind) AS verdict
          FROM (SELECT DISTINCT upstream, kind
                FROM ways
                WHERE kind IN ('COORDINATES', 'SIMILARITY')
                    AND (upstream LIKE 'model:%%' OR upstream LIKE 'version:%%')) AS d),
      embeddings AS MATERIALIZED (
          SELECT w.node_id, jsonb_agg(d.verdict ORDER BY w.upstream, w.kind) AS embeddings
          FROM ways AS w
          JOIN verdicts AS d USING (upstream, kind)
          WHERE d.verdict IS NOT NULL
          GROUP BY w.node_id)
      SELECT s.reached, s.steps, s.deeper, s.kinds, s.tiers, s.teams,
             l.node_id, l.depth, u.uses, b.embeddings, l.kind, l.name, l.owner, l.team, l.tier, l.state,
             CASE WHEN l.kind = 'MODEL' THEN (
                 SELECT count(*) FROM deployments AS d
                 WHERE d.model_id = l.model_id AND d.ended_at IS NULL) END AS live_deployments,
             CASE WHEN l.kind = 'MODEL' THEN ARRAY(
                 SELECT DISTINCT c.name FROM consumers AS c
                 WHERE c.model_id = l.model_id AND c.kind = 'APPLICATION' AND c.ended_at IS NULL
                 ORDER BY c.name
                 LIMIT 20) END AS applications
      FROM sums AS s
      LEFT JOIN listed AS l ON true
      LEFT JOIN uses AS u ON u.node_id = l.node_id
      LEFT JOIN embeddings AS b ON b.node_id = l.node_id
      ORDER BY l.depth, l.node_id
      """;

  static final String DOWN = WALK.formatted("upstream", "downstream");
  static final String UP = WALK.formatted("downstream", "upstream");

  private static final List<String> SUMS = List.of("reached", "kinds", "tiers", "teams");
  private static final List<String> NOT_OF_A_NODE =
      List.of("reached", "steps", "deeper", "kinds", "tiers", "teams");

  private Impact() {}

  public static void handle(Handlers handlers) {
    handlers
        .readWide(Operation.GET_IMPACT, (call, sql) -> of(call, sql, node(call)))
        .readWide(
            Operation.GET_MODEL_IMPACT,
            (call, sql) -> of(call, sql, NodeId.model(call.path("model"))));
  }

  private static NodeId node(Call call) {
    return Nodes.id(String.valueOf(call.query("node")), "/node");
  }

  private static Answer of(Call call, Sql sql, NodeId node) throws SQLException {
    sql.oneState();
    sql.limitStatements(WALK_MILLIS);
    int depth = number(call.query("depth"), DEFAULT_DEPTH);
    int limit = number(call.query("limit"), DEFAULT_LIMIT);
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.set("node", Nodes.get(sql, node));
    answer.put("depth", depth);
    answer.put("limit", limit);
    answer.set("upstream", walk(sql, UP, node, depth, limit));
    answer.set("downstream", walk(sql, DOWN, node, depth, limit));
    return Answer.ok(answer);
  }

  private static int number(@Nullable String text, int otherwise) {
    return text == null ? otherwise : Integer.parseInt(text);
  }

  private static ObjectNode walk(Sql sql, String walk, NodeId node, int depth, int limit)
      throws SQLException {
    List<ObjectNode> rows = sql.rows(walk, node.text(), depth, MAX_STEPS + 1, depth, depth, limit);
    ObjectNode first = rows.get(0);
    ObjectNode side = JsonNodeFactory.instance.objectNode();
    for (String sum : SUMS) {
      side.set(sum, first.get(sum));
    }
    ArrayNode cut = side.putArray("cut");
    if (first.path("deeper").asBoolean()) {
      cut.add("DEPTH");
    }
    if (first.path("steps").asLong() > MAX_STEPS) {
      cut.add("STEPS");
    }
    if (first.path("reached").asLong() > limit) {
      cut.add("LIMIT");
    }
    ArrayNode nodes = side.putArray("nodes");
    for (ObjectNode row : rows) {
      if (row.has("node_id")) {
        nodes.add(row.remove(NOT_OF_A_NODE));
      }
    }
    return side;
  }
}
