package dev.runway.control.graph;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
import dev.runway.control.outbox.Change;
import dev.runway.control.security.Role;
import dev.runway.control.security.Subject;
import dev.runway.lineage.Edge;
import dev.runway.lineage.EdgeKind;
import dev.runway.lineage.Lineage;
import dev.runway.lineage.NodeId;
import dev.runway.lineage.NodeKind;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Takes up what another system says, as far as it may say so. What it may not is left out and told;
 * the rest holds: a lineage of a hundred dependencies is not lost over one of them.
 */
public final class LineageStore {
  private static final String LAPSED =
      """
      UPDATE graph_edges AS e SET valid_to = greatest(now(), e.valid_from)
      FROM v_graph_nodes AS u, v_graph_nodes AS d
      WHERE (e.upstream = ANY (?) OR e.downstream = ANY (?)) AND e.source = ?
          AND e.valid_to IS NULL
          AND NOT (e.upstream || ' ' || e.downstream || ' ' || e.kind) = ANY (?)
          AND u.node_id = e.upstream AND d.node_id = e.downstream
          AND (coalesce(d.team, u.team) IS NULL OR ? OR coalesce(d.team, u.team) = ANY (?))
          AND (u.kind <> 'PIPELINE' OR d.kind <> 'PIPELINE'
               OR (e.downstream = ANY (?) AND (e.kind <> 'DATA_ONLY' OR ?)))
      """;

  /** Cycles that are told with their path, each of which is a walk: further ones without. */
  private static final int MAX_PATHS = 10;

  private final Change change;
  private final Subject subject;
  private final Lineage lineage;
  private final ArrayNode leftOut = JsonNodeFactory.instance.arrayNode();
  private int paths;

  private LineageStore(Change change, Subject subject, Lineage lineage) {
    this.change = change;
    this.subject = subject;
    this.lineage = lineage;
  }

  /**
   * Stores a lineage; saying the same again changes nothing.
   *
   * @return how many nodes and dependencies are new, how many dependencies ended, and what was left
   *     out and why
   */
  public static ObjectNode store(Change change, Subject subject, Lineage lineage)
      throws SQLException {
    return new LineageStore(change, subject, lineage).store();
  }

  private ObjectNode store() throws SQLException {
    Sql sql = change.sql();
    // Locks of models before the lock of the graph, and in one order: as everywhere else.
    List<Edge> owned = owned();
    List<String> whole = whole();
    Cycles.lock(sql);
    int nodes = nodes();
    List<Edge> known = known(owned);
    int ended = whole.isEmpty() ? 0 : lapse(whole);
    int edges = 0;
    for (Star star : Star.of(Dependencies.fresh(sql, known, lineage.source()))) {
      edges += declare(star);
    }
    edges += RegistryGraph.flowsKnown(change, lineage.owners().keySet());
    ObjectNode told = JsonNodeFactory.instance.objectNode();
    told.put("nodes", nodes);
    told.put("edges", edges);
    told.put("ended", ended);
    told.set("left_out", leftOut);
    if (nodes + edges + ended == 0) {
      change.nothingChanged();
    } else {
      change.audit("lineage.import", lineage.source().word() + ":" + lineage.what(), told);
    }
    return told;
  }

  private List<Edge> owned() throws SQLException {
    List<Edge> inOrder = new ArrayList<>(lineage.edges());
    inOrder.sort(Comparator.comparing(edge -> edge.downstream().text()));
    Set<Edge> foreign = new HashSet<>();
    for (Edge edge : inOrder) {
      String why = Dependencies.foreign(change.sql(), subject, edge);
      if (why != null) {
        foreign.add(edge);
        leaveOut(edge, why, List.of());
      }
    }
    return lineage.edges().stream().filter(edge -> !foreign.contains(edge)).toList();
  }

  /** Nodes whose dependencies this subject may end. */
  private List<String> whole() throws SQLException {
    List<String> whole = new ArrayList<>();
    for (String node : new TreeSet<>(lineage.whole().stream().map(NodeId::text).toList())) {
      Optional<String> team = Dependencies.team(change.sql(), NodeId.parse(node).orElseThrow());
      if (team.isEmpty() || subject.isIn(team.get())) {
        whole.add(node);
      }
    }
    return whole;
  }

  private int nodes() throws SQLException {
    int made = 0;
    for (Map.Entry<NodeId, String> node : lineage.owners().entrySet()) {
      made += ensure(node.getKey()) ? 1 : 0;
      if (!node.getValue().isEmpty()) {
        // Only where nobody has said so: people know better than their tools.
        change
            .sql()
            .update(
                "UPDATE graph_nodes SET owner = ?"
                    + " WHERE node_id = ? AND owner IS NULL AND team IS NULL AND model_id IS NULL",
                node.getValue(),
                node.getKey().text());
      }
    }
    for (Edge edge : lineage.edges()) {
      made += ensure(edge.upstream()) ? 1 : 0;
      made += ensure(edge.downstream()) ? 1 : 0;
    }
    return made;
  }

  private boolean ensure(NodeId node) throws SQLException {
    return !node.kind().registered() && Dependencies.ensure(change.sql(), node, lineage.source());
  }

  private List<Edge> known(List<Edge> edges) throws SQLException {
    List<Edge> known = new ArrayList<>();
    for (Edge edge : edges) {
      NodeId missing = missing(edge.upstream()) ? edge.upstream() : edge.downstream();
      if (missing(missing)) {
        leaveOut(edge, "there is no " + missing.text() + ": register it first", List.of());
      } else {
        known.add(edge);
      }
    }
    return known;
  }

  private boolean missing(NodeId node) throws SQLException {
    return node.kind().registered() && !Dependencies.exists(change.sql(), node);
  }

  /**
   * Ends what is no longer said, where this subject might declare it: the other end of a dependency
   * may be another team's. That one pipeline follows another is said with the one that follows, and
   * not at all by those who do not see it.
   */
  private int lapse(List<String> whole) throws SQLException {
    Set<String> stay = new TreeSet<>();
    boolean order = false;
    for (Edge edge : lineage.edges()) {
      stay.add(Dependencies.key(edge));
      order |=
          edge.upstream().kind() == NodeKind.PIPELINE
              && edge.downstream().kind() == NodeKind.PIPELINE
              && edge.kind() == EdgeKind.DATA_ONLY;
    }
    return change
        .sql()
        .update(
            LAPSED,
            whole,
            whole,
            lineage.source().word(),
            List.copyOf(stay),
            subject.has(Role.ADMIN),
            List.copyOf(subject.teams()),
            whole,
            order);
  }

  /** One walk for all of them, since the lock of the graph is held meanwhile. */
  private int declare(Star star) throws SQLException {
    Set<String> closing = Cycles.closing(change.sql(), star);
    int made = 0;
    for (Edge edge : star.edges()) {
      String upstream = edge.upstream().text();
      String downstream = edge.downstream().text();
      if (closing.contains(star.other(edge))) {
        leaveOut(edge, "would close a cycle", path(downstream, upstream));
      } else {
        made +=
            Dependencies.insert(
                change, List.of(upstream), downstream, edge.kind(), lineage.source());
      }
    }
    return made;
  }

  private List<String> path(String from, String to) throws SQLException {
    return paths++ < MAX_PATHS ? Cycles.path(change.sql(), from, to) : List.of();
  }

  private void leaveOut(Edge edge, String why, List<String> path) {
    ObjectNode left =
        leftOut
            .addObject()
            .put("upstream", edge.upstream().text())
            .put("downstream", edge.downstream().text())
            .put("reason", why);
    if (!path.isEmpty()) {
      ArrayNode nodes = left.putArray("path");
      path.forEach(nodes::add);
    }
  }
}
