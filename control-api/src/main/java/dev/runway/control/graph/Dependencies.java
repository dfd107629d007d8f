package dev.runway.control.graph;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
import dev.runway.control.http.Problem;
import dev.runway.control.outbox.Change;
import dev.runway.control.security.Ownership;
import dev.runway.control.security.Subject;
import dev.runway.lineage.Edge;
import dev.runway.lineage.EdgeKind;
import dev.runway.lineage.NodeId;
import dev.runway.lineage.Source;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes nodes and dependencies; whose they are is looked at here, cycles in {@link Cycles}. */
final class Dependencies {
  private static final String NODE =
      "SELECT node_id, model_id, team FROM graph_nodes WHERE node_id = ?";

  private Dependencies() {}

  /** Whether there is such a node. */
  static boolean exists(Sql sql, NodeId node) throws SQLException {
    return sql.row(NODE, node.text()).isPresent();
  }

  /**
   * Makes a node that nobody owns, unless it is there.
   *
   * @return whether it was made
   */
  static boolean ensure(Sql sql, NodeId node, Source source) throws SQLException {
    return sql.update(
            """
            INSERT INTO graph_nodes (node_id, kind, name, source)
            VALUES (?, ?, ?, ?)
            ON CONFLICT DO NOTHING
            """,
            node.text(),
            node.kind().name(),
            node.name(),
            source.word())
        > 0;
  }

  /** Makes dependencies of one node on others, unless they are there; cycles are not looked for. */
  static int insert(
      Change change, List<String> upstream, String downstream, EdgeKind kind, Source source)
      throws SQLException {
    return change
        .sql()
        .update(
            """
            INSERT INTO graph_edges (upstream, downstream, kind, source, created_by)
            SELECT u.node_id, ?, ?, ?, ?
            FROM unnest(?) AS u (node_id)
            ON CONFLICT DO NOTHING
            """,
            downstream,
            kind.name(),
            source.word(),
            change.subject(),
            upstream);
  }

  /** Of some dependencies those that one source has not said yet. */
  static List<Edge> fresh(Sql sql, List<Edge> edges, Source source) throws SQLException {
    Set<String> held = new HashSet<>();
    for (ObjectNode row :
        sql.rows(
            """
            SELECT e.upstream || ' ' || e.downstream || ' ' || e.kind AS edge
            FROM (SELECT DISTINCT u, d FROM unnest(?, ?) AS said (u, d)) AS said
            JOIN graph_edges AS e ON e.upstream = said.u AND e.downstream = said.d
                AND e.source = ? AND e.valid_to IS NULL
            """,
            edges.stream().map(edge -> edge.upstream().text()).toList(),
            edges.stream().map(edge -> edge.downstream().text()).toList(),
            source.word())) {
      held.add(row.path("edge").asText());
    }
    return edges.stream().distinct().filter(edge -> !held.contains(key(edge))).toList();
  }

  /** As the database writes one: its ends and how one uses the other. */
  static String key(Edge edge) {
    return edge.upstream().text() + " " + edge.downstream().text() + " " + edge.kind().name();
  }

  /**
   * Looks whether a dependency may be declared. What one depends on is said by one's own team; of
   * what is nobody's, by the team of what it depends on.
   *
   * @return why not; null if it may
   */
  static @Nullable String foreign(Sql sql, Subject subject, Edge edge) throws SQLException {
    NodeId owned = edge.downstream();
    Optional<String> team = team(sql, owned);
    if (team.isEmpty()) {
      owned = edge.upstream();
      team = team(sql, owned);
    }
    return team.isEmpty() || subject.isIn(team.get())
        ? null
        : "%s belongs to team %s".formatted(owned.text(), team.get());
  }

  /**
   * Holds a dependency against the teams of its ends.
   *
   * @throws Problem 403
   */
  static void requireOwned(Sql sql, Subject subject, Edge edge) throws SQLException {
    String why = foreign(sql, subject, edge);
    if (why != null) {
      throw Problem.forbidden(why);
    }
  }

  /** Team of a node, which nobody else changes until the transaction ends; empty if nobody's. */
  static Optional<String> team(Sql sql, NodeId node) throws SQLException {
    Optional<ObjectNode> row = sql.row(NODE + " FOR NO KEY UPDATE", node.text());
    if (row.isPresent() && row.get().has("model_id")) {
      return Ownership.lockedTeamOfModel(sql, row.get().path("model_id").asText());
    }
    return row.filter(it -> it.has("team")).map(it -> it.path("team").asText());
  }

  /**
   * Ends dependencies that one source knows, where they begin or end at one of some nodes.
   *
   * @return how many
   */
  static int endAt(Sql sql, List<String> nodes, Source source) throws SQLException {
    return sql.update(
        """
        UPDATE graph_edges SET valid_to = greatest(now(), valid_from)
        WHERE (upstream = ANY (?) OR downstream = ANY (?)) AND source = ? AND valid_to IS NULL
        """,
        nodes,
        nodes,
        source.word());
  }
}
