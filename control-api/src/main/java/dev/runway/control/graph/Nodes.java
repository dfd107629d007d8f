package dev.runway.control.graph;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
import dev.runway.control.http.Answer;
import dev.runway.control.http.Call;
import dev.runway.control.http.Handlers;
import dev.runway.control.http.Operation;
import dev.runway.control.http.Page;
import dev.runway.control.http.Problem;
import dev.runway.control.outbox.Change;
import dev.runway.lineage.NodeId;
import dev.runway.lineage.Source;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;

/** Nodes: finding them, and saying whose they are. */
public final class Nodes {
  private static final String COLUMNS =
      """
      SELECT node_id, kind, name, owner, team, tier, state, model_id, source, created_at
      FROM v_graph_nodes
      WHERE
      """;

  private Nodes() {}

  public static void handle(Handlers handlers) {
    handlers
        .read(Operation.LIST_NODES, Nodes::list)
        .read(Operation.GET_NODE, Nodes::one)
        .change(Operation.DECLARE_NODE, Nodes::declare);
  }

  private static Answer one(Call call, Sql sql) throws SQLException {
    String node = call.query("node");
    ObjectNode found = get(sql, id(node == null ? "" : node, "/node"));
    return Answer.ok(found).revision(revision(found));
  }

  /**
   * What stands for whose a node is. Made of that alone, for a node counts no changes: whoever
   * finds again what they have seen overwrites nothing that they have not.
   */
  private static long revision(ObjectNode node) {
    String whose = node.path("owner") + " " + node.path("team");
    long bits =
        UUID.nameUUIDFromBytes(whose.getBytes(StandardCharsets.UTF_8)).getMostSignificantBits();
    return Long.remainderUnsigned(bits, 1_000_000_000_000_000_000L);
  }

  private static Answer list(Call call, Sql sql) throws SQLException {
    Page page = Page.of(call);
    return page.answer(
        new Question(COLUMNS + " node_id > ?", page.after())
            .and("kind = ?", call.query("kind"))
            .and("team = ?", call.query("team"))
            .and("strpos(lower(name), lower(?)) > 0", call.query("q"))
            .rows(sql, "node_id", page.rows()),
        row -> row.path("node_id").asText());
  }

  /**
   * A node of the contract's form.
   *
   * @throws Problem 422 if its name is too long
   */
  static NodeId id(String text, String pointer) {
    return NodeId.parse(text)
        .orElseThrow(() -> Problem.invalid(pointer, "a node such as feature:user_age_days is due"));
  }

  static ObjectNode get(Sql sql, NodeId node) throws SQLException {
    return sql.row(COLUMNS + " node_id = ?", node.text())
        .orElseThrow(() -> Problem.notFound("there is no node " + node.text()));
  }

  private static Answer declare(Call call, Change change) throws SQLException {
    NodeId node = id(call.text("node_id"), "/node_id");
    if (node.kind().registered()) {
      throw Problem.invalid("/node_id", "models, versions and deployments are in the registry");
    }
    Sql sql = change.sql();
    Dependencies.ensure(sql, node, Source.API);
    Optional<String> team = Dependencies.team(sql, node);
    if (team.isPresent() && !call.subject().isIn(team.get())) {
      throw Problem.forbidden("%s belongs to team %s".formatted(node.text(), team.get()));
    }
    sql.row("SELECT node_id FROM graph_nodes WHERE node_id = ? FOR UPDATE", node.text());
    ObjectNode before = get(sql, node);
    if (before.has("owner") || before.has("team") || call.header("If-Match") != null) {
      call.requireMatch(revision(before));
    }
    sql.update(
        "UPDATE graph_nodes SET owner = ?, team = ? WHERE node_id = ?",
        call.optional("owner"),
        call.text("team"),
        node.text());
    ObjectNode made = get(sql, node);
    ObjectNode detail = JsonNodeFactory.instance.objectNode();
    detail.set("before", before);
    detail.set("after", made);
    change.audit("node.declare", node.text(), detail);
    return Answer.ok(made).revision(revision(made));
  }
}
