package dev.runway.control.graph;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
import dev.runway.control.http.Answer;
import dev.runway.control.http.Call;
import dev.runway.control.http.Handlers;
import dev.runway.control.http.Operation;
import dev.runway.control.http.Page;
import dev.runway.control.http.Problem;
import dev.runway.control.outbox.Change;
import dev.runway.lineage.Edge;
import dev.runway.lineage.EdgeKind;
import dev.runway.lineage.NodeId;
import dev.runway.lineage.Source;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Dependencies: finding them, declaring them, ending them. */
public final class Edges {
  private static final String COLUMNS =
      """
      SELECT edge_id, upstream, downstream, kind, source, valid_from, valid_to, created_by
      FROM graph_edges
      WHERE
      """;

  /**
   * The verdict is asked after the order and the limit, for a page of them; one that has ended has
   * none.
   */
  private static final String LISTED =
      """
      SELECT edge_id, upstream, downstream, kind, source, valid_from, valid_to, created_by,
             CASE WHEN kind IN ('COORDINATES', 'SIMILARITY') AND valid_to IS NULL
                  THEN embedding_verdict(upstream, kind) END AS embedding
      FROM graph_edges
      WHERE
      """;

  private Edges() {}

  public static void handle(Handlers handlers) {
    handlers
        .read(Operation.LIST_EDGES, Edges::list)
        .change(Operation.CREATE_EDGE, Edges::create)
        .change(Operation.END_EDGE, Edges::end);
  }

  private static Answer list(Call call, Sql sql) throws SQLException {
    Page page = Page.of(call);
    boolean ended = Boolean.parseBoolean(call.query("ended"));
    return page.answer(
        new Question(
                LISTED + " edge_id > ?" + (ended ? "" : " AND valid_to IS NULL"), page.afterUuid())
            .and("upstream = ?", call.query("upstream"))
            .and("downstream = ?", call.query("downstream"))
            .and("kind = ?", call.query("kind"))
            .and("source = ?", call.query("source"))
            .rows(sql, "edge_id", page.rows()),
        row -> row.path("edge_id").asText());
  }

  private static Answer create(Call call, Change change) throws SQLException {
    Sql sql = change.sql();
    Edge edge =
        new Edge(
            Nodes.id(call.text("upstream"), "/upstream"),
            Nodes.id(call.text("downstream"), "/downstream"),
            EdgeKind.valueOf(call.text("kind")));
    Instant validFrom = validFrom(call);
    Dependencies.requireOwned(sql, call.subject(), edge);
    Cycles.lock(sql);
    ensure(sql, edge.upstream(), "/upstream");
    ensure(sql, edge.downstream(), "/downstream");
    Optional<List<String>> cycle =
        Cycles.closedBy(sql, List.of(edge.upstream().text()), edge.downstream().text());
    if (cycle.isPresent()) {
      throw Problem.cycle(cycle.get());
    }
    ObjectNode made =
        sql.row(
                """
                INSERT INTO graph_edges (upstream, downstream, kind, source, valid_from, created_by)
                VALUES (?, ?, ?, 'api', coalesce(?, now()), ?)
                ON CONFLICT DO NOTHING
                RETURNING edge_id, upstream, downstream, kind, source, valid_from, valid_to,
                          created_by
                """,
                edge.upstream().text(),
                edge.downstream().text(),
                edge.kind().name(),
                validFrom,
                change.subject())
            .orElseThrow(() -> Problem.conflict("this dependency is declared already"));
    change.audit("edge.create", edge.downstream().text(), made);
    return Answer.created("/v1/graph/edges/" + made.path("edge_id").asText(), made);
  }

  private static @Nullable Instant validFrom(Call call) {
    String text = call.optional("valid_from");
    if (text == null) {
      return null;
    }
    Instant time;
    try {
      time = OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw Problem.invalid("/valid_from", "a time such as 2026-11-26T12:00:00Z is due");
    }
    if (time.isAfter(Instant.now())) {
      throw Problem.invalid("/valid_from", "is ahead: declare it when it holds");
    }
    return time;
  }

  /** What the registry has is registered first; the rest becomes known by being named. */
  private static void ensure(Sql sql, NodeId node, String pointer) throws SQLException {
    if (!node.kind().registered()) {
      Dependencies.ensure(sql, node, Source.API);
    } else if (!Dependencies.exists(sql, node)) {
      throw Problem.invalid(pointer, "there is no " + node.text() + ": register it first");
    }
  }

  private static Answer end(Call call, Change change) throws SQLException {
    Sql sql = change.sql();
    UUID id = UUID.fromString(call.path("edge"));
    ObjectNode edge =
        sql.row(COLUMNS + " edge_id = ? AND valid_to IS NULL FOR UPDATE", id)
            .orElseThrow(() -> Problem.notFound("there is no such dependency that holds"));
    Edge ends =
        new Edge(
            Nodes.id(edge.path("upstream").asText(), "/upstream"),
            Nodes.id(edge.path("downstream").asText(), "/downstream"),
            EdgeKind.valueOf(edge.path("kind").asText()));
    Dependencies.requireOwned(sql, call.subject(), ends);
    if (edge.path("source").asText().equals(Source.REGISTRY.word())) {
      throw Problem.conflict(
          "this is known from the registry: end the consumer or the deployment, or retire the"
              + " version");
    }
    sql.update(
        "UPDATE graph_edges SET valid_to = greatest(now(), valid_from) WHERE edge_id = ?", id);
    change.audit("edge.end", ends.downstream().text(), edge);
    return Answer.nothing();
  }
}
