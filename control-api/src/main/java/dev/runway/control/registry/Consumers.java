package dev.runway.control.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
import dev.runway.control.graph.RegistryGraph;
import dev.runway.control.http.Answer;
import dev.runway.control.http.Call;
import dev.runway.control.http.Handlers;
import dev.runway.control.http.Operation;
import dev.runway.control.http.Page;
import dev.runway.control.http.Problem;
import dev.runway.control.outbox.Change;
import dev.runway.lineage.NodeId;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;

/** Who uses what a model says. */
public final class Consumers {
  private static final String COLUMNS =
      """
      SELECT consumer_id, model_id, kind, name, usage, contact, started_at, ended_at, created_by
      FROM consumers
      WHERE model_id = ?
      """;

  private Consumers() {}

  public static void handle(Handlers handlers) {
    handlers
        .read(Operation.LIST_CONSUMERS, Consumers::list)
        .change(Operation.CREATE_CONSUMER, Consumers::create)
        .change(Operation.END_CONSUMER, Consumers::end);
  }

  private static Answer list(Call call, Sql sql) throws SQLException {
    Page page = Page.of(call);
    return page.answer(
        sql.rows(
            COLUMNS + " AND consumer_id::text > ? ORDER BY consumer_id::text LIMIT ?",
            call.path("model"),
            page.after(),
            page.rows()),
        row -> row.path("consumer_id").asText());
  }

  private static Answer create(Call call, Change change) throws SQLException {
    String modelId = call.path("model");
    ObjectNode model = Models.locked(change.sql(), modelId);
    if (!model.path("state").asText().equals("ACTIVE")) {
      throw Problem.conflict(
          modelId + " takes no new consumers: it is " + model.path("state").asText());
    }
    String kind = call.text("kind");
    String name = call.text("name");
    if (kind.equals("MODEL") && name.equals(modelId)) {
      throw Problem.invalid("/name", "a model does not consume itself");
    }
    if (kind.equals("MODEL") && NodeId.parse(NodeId.model(name).text()).isEmpty()) {
      throw Problem.invalid("/name", "is the id of no model");
    }
    Optional<ObjectNode> there =
        change
            .sql()
            .row(
                COLUMNS + " AND kind = ? AND name = ? AND usage = ? AND ended_at IS NULL",
                modelId,
                kind,
                name,
                call.text("usage"));
    if (there.isPresent()) {
      throw Problem.conflict("this use is declared already");
    }
    ObjectNode made =
        change
            .sql()
            .row(
                """
                INSERT INTO consumers (model_id, kind, name, usage, contact, created_by)
                VALUES (?, ?, ?, ?, ?, ?)
                RETURNING consumer_id, model_id, kind, name, usage, contact, started_at, ended_at,
                          created_by
                """,
                modelId,
                kind,
                name,
                call.text("usage"),
                call.optional("contact"),
                change.subject())
            .orElseThrow();
    if (kind.equals("MODEL")) {
      RegistryGraph.consumerMade(change, call.subject(), modelId, name, call.text("usage"));
    }
    change.audit("consumer.create", "model:" + modelId, made);
    return Answer.created(
        "/v1/models/%s/consumers/%s".formatted(modelId, made.path("consumer_id").asText()), made);
  }

  private static Answer end(Call call, Change change) throws SQLException {
    ObjectNode ended =
        change
            .sql()
            .row(
                """
                UPDATE consumers SET ended_at = now()
                WHERE model_id = ? AND consumer_id = ? AND ended_at IS NULL
                RETURNING consumer_id, kind, name, usage
                """,
                call.path("model"),
                UUID.fromString(call.path("consumer")))
            .orElseThrow(() -> Problem.notFound("there is no such use of this model"));
    if (ended.path("kind").asText().equals("MODEL")) {
      RegistryGraph.consumerEnded(
          change.sql(),
          call.path("model"),
          ended.path("name").asText(),
          ended.path("usage").asText());
    }
    change.audit("consumer.end", "model:" + call.path("model"), ended);
    return Answer.nothing();
  }
}
