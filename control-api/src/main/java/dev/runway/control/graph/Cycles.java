package dev.runway.control.graph;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Keeps the dependencies that hold free of cycles. */
final class Cycles {
  private static final String LOCK =
      "SELECT pg_advisory_xact_lock(hashtextextended('runway graph ' || current_schema(), 0))";

  private static final String CLOSES =
      """
      WITH RECURSIVE below (node_id) AS (
          SELECT ?::text
          UNION
          SELECT e.downstream
          FROM below AS b
          JOIN graph_edges AS e ON e.upstream = b.node_id AND e.valid_to IS NULL)
      SELECT node_id FROM below WHERE node_id = ANY (?) LIMIT 1
      """;

  /** Only through what also lies above the end; each dependency at most once, the nearest first. */
  private static final String WAYS =
      """
      WITH RECURSIVE above (node_id) AS (
          SELECT ?::text
          UNION
          SELECT e.upstream
          FROM above AS a
          JOIN graph_edges AS e ON e.downstream = a.node_id AND e.valid_to IS NULL),
      way (node_id, via) AS (
          SELECT ?::text, NULL::text
          UNION
          SELECT e.downstream, e.upstream
          FROM way AS w
          JOIN graph_edges AS e ON e.upstream = w.node_id AND e.valid_to IS NULL
          WHERE e.downstream IN (SELECT node_id FROM above))
      SELECT node_id, via FROM way WHERE via IS NOT NULL
      """;

  private Cycles() {}

  /**
   * Lets nobody else add dependencies until the transaction ends: two that are sound alone could
   * close a cycle together.
   */
  static void lock(Sql sql) throws SQLException {
    sql.rows(LOCK);
  }

  /**
   * The cycle that would be closed if one node used others; the caller holds the {@link #lock}.
   *
   * @param upstream what would be used
   * @return from the node that is used down to the one that uses it, and back; empty if there is
   *     none
   */
  static Optional<List<String>> closedBy(Sql sql, List<String> upstream, String downstream)
      throws SQLException {
    Optional<ObjectNode> end = sql.row(CLOSES, downstream, upstream);
    if (end.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(cycle(sql, downstream, end.get().path("node_id").asText()));
  }

  private static List<String> cycle(Sql sql, String from, String to) throws SQLException {
    Map<String, String> via = new HashMap<>();
    for (ObjectNode step : sql.rows(WAYS, to, from)) {
      via.putIfAbsent(step.path("node_id").asText(), step.path("via").asText());
    }
    Deque<String> way = new ArrayDeque<>();
    way.push(to);
    for (String node = to; !node.equals(from); ) {
      node = via.getOrDefault(node, from);
      way.push(node);
    }
    List<String> cycle = new ArrayList<>();
    cycle.add(to);
    cycle.addAll(way);
    return cycle;
  }
}
