package dev.runway.control.graph;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Keeps the dependencies that hold free of cycles. */
final class Cycles {
  private static final String LOCK =
      "SELECT pg_advisory_xact_lock(hashtextextended('runway graph ' || current_schema(), 0))";

  /** Which of some nodes a walk in one direction reaches; it begins at its own start. */
  private static final String REACHED =
      """
      WITH RECURSIVE walk (node_id) AS (
          SELECT ?::text
          UNION
          SELECT e.%2$s
          FROM walk AS w
          JOIN graph_edges AS e ON e.%1$s = w.node_id AND e.valid_to IS NULL)
      SELECT node_id FROM walk WHERE node_id = ANY (?)
      """;

  private static final String BELOW = REACHED.formatted("upstream", "downstream");
  private static final String ABOVE = REACHED.formatted("downstream", "upstream");

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
    Optional<ObjectNode> end = sql.row(BELOW + " LIMIT 1", downstream, upstream);
    if (end.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(path(sql, downstream, end.get().path("node_id").asText()));
  }

  /**
   * Which of the dependencies that share an end would close a cycle, found out by one walk: adding
   * some of them changes nothing of what lies beyond that end. The caller holds the {@link #lock}.
   *
   * @return the other ends of those that would
   */
  static Set<String> closing(Sql sql, Star star) throws SQLException {
    Set<String> closing = new HashSet<>();
    for (ObjectNode row :
        sql.rows(star.entersCentre() ? BELOW : ABOVE, star.centre(), star.others())) {
      closing.add(row.path("node_id").asText());
    }
    return closing;
  }

  /**
   * A cycle through a dependency that would close one.
   *
   * @param from what would use the other one
   * @return from the node that is used down to the one that uses it, and back
   */
  static List<String> path(Sql sql, String from, String to) throws SQLException {
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
