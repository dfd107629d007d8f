package dev.runway.control.ledger;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
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
import dev.runway.control.security.Subject;
import dev.runway.model.MalformedEvent;
import dev.runway.model.RetrainCommandCodec;
import dev.runway.model.RetrainStatus.State;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Commands, for reading, and the ones that people give. */
public final class Retrains {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  static final String COLUMNS =
      """
      SELECT command_id, model_id, model_version, action, target, reason_class, episode, attempt, tier,
             team, severity, severity_class, priority, mode, wave, generation, decision_id, policy,
             policy_version, evidence_hash, asked_by, issued_at, deadline_at, received_at, state,
             state_revision, state_at, reason, approvals_needed, approval_round, approval_expires_at,
             escalations,
             granted_at, submitted_at, accepted_at, started_at, ended_at, scheduler, scheduler_run,
             tries, next_try_at, cancel_asked_at, cancel_asked_by, new_version, budget_month,
             estimated_cost, reserved_cost, actual_cost, may_run, by_person,
             coalesce(request_id, command_id::text) AS request_id
      """;

  private Retrains() {}

  /** What answers, over one ledger. */
  public static void handle(Handlers handlers, Ledger ledger) {
    handlers
        .read(Operation.LIST_RETRAINS, Retrains::list)
        .read(
            Operation.GET_RETRAIN,
            (call, sql) -> Answer.ok(whole(sql, call.path("model"), id(call))))
        .read(Operation.LIST_RETRAIN_COSTS, Costs::list)
        .read(Operation.LIST_RETRAIN_QUEUE, (call, sql) -> queue(sql))
        .change(Operation.CREATE_RETRAIN, (call, change) -> create(call, change, ledger))
        .change(Operation.CANCEL_RETRAIN, (call, change) -> cancel(call, change, ledger));
  }

  private static Answer list(Call call, Sql sql) throws SQLException {
    Page page = Page.of(call);
    StringBuilder question = new StringBuilder(COLUMNS + " FROM retrain_commands WHERE true");
    List<@Nullable Object> values = new ArrayList<>();
    for (String column : List.of("model", "team", "state")) {
      String value = call.query(column);
      if (value != null) {
        question.append(
            switch (column) {
              case "model" -> " AND model_id = ?";
              case "team" -> " AND team = ?";
              default -> " AND state = ?";
            });
        values.add(value);
      }
    }
    Set<String> seen = call.subject().models();
    if (seen != null) {
      question.append(" AND model_id = ANY (?)");
      values.add(List.copyOf(seen));
    }
    if (!page.after().isEmpty()) {
      question.append(
          " AND (received_at, command_id) < (SELECT b.received_at, b.command_id FROM"
              + " retrain_commands AS b WHERE b.command_id = ?)");
      values.add(page.afterUuid());
    }
    question.append(" ORDER BY received_at DESC, command_id DESC LIMIT ?");
    values.add(page.rows());
    return page.answer(
        sql.rows(question.toString(), values.toArray()), row -> row.path("command_id").asText());
  }

  static UUID id(Call call) {
    return UUID.fromString(call.path("command"));
  }

  private static Answer queue(Sql sql) throws SQLException {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    sql.rows(
            """
            SELECT command_id, model_id, team, tier, state, rank_at, received_at, estimated_cost,
                   place, expected_at
            FROM v_retrain_queue
            ORDER BY place
            LIMIT 200
            """)
        .forEach(body.putArray("items")::add);
    return Answer.ok(body);
  }

  /** A command with its evidence, and all that became of it. */
  static ObjectNode whole(Sql sql, String modelId, UUID id) throws SQLException {
    ObjectNode command =
        sql.row(
                COLUMNS + ", command FROM retrain_commands WHERE command_id = ? AND model_id = ?",
                id,
                modelId)
            .orElseThrow(() -> none(modelId, id));
    putEvidence(command);
    ArrayNode history = command.putArray("history");
    sql.rows(
            """
            SELECT revision, state, at, reason, lease_epoch
            FROM retrain_status_changes WHERE command_id = ? ORDER BY revision
            """,
            id)
        .forEach(history::add);
    ArrayNode approvals = command.putArray("approvals");
    sql.rows(
            """
            SELECT approval_round, said_by, verdict, evidence_hash, reason, told_of, said_at
            FROM retrain_approvals WHERE command_id = ? ORDER BY approval_round, said_at
            """,
            id)
        .forEach(approvals::add);
    ArrayNode costs = command.putArray("costs");
    sql.rows(
            "SELECT month, kind, amount, at FROM retrain_costs WHERE command_id = ? ORDER BY cost_id",
            id)
        .forEach(costs::add);
    return command;
  }

  static Problem none(String modelId, UUID id) {
    return Problem.notFound("there is no command " + id + " of " + modelId);
  }

  /** Puts the evidence in the place of the command that holds it. */
  static void putEvidence(ObjectNode row) throws SQLException {
    byte[] command = HexFormat.of().parseHex(row.path("command").asText());
    row.remove("command");
    try {
      row.set("evidence", MAPPER.readTree(RetrainCommandCodec.read(command).evidence()));
    } catch (MalformedEvent | IOException e) {
      throw new SQLException("command " + row.path("command_id").asText() + " is unreadable", e);
    }
  }

  private static Answer create(Call call, Change change, Ledger ledger) throws SQLException {
    String modelId = call.path("model");
    double least = Costs.least(change.sql(), modelId, ledger.rules());
    var command = PersonCommand.of(call, modelId, ledger.transitions().now(), least);
    ledger.take(change, command, change.subject());
    ObjectNode made = whole(change.sql(), modelId, command.commandId());
    return Answer.created("/v1/models/" + modelId + "/retrains/" + command.commandId(), made);
  }

  private static Answer cancel(Call call, Change change, Ledger ledger) throws SQLException {
    String modelId = call.path("model");
    UUID id = id(call);
    ObjectNode row =
        change
            .sql()
            .row(
                "SELECT state FROM retrain_commands WHERE command_id = ? AND model_id = ?"
                    + " FOR UPDATE",
                id,
                modelId)
            .orElseThrow(() -> none(modelId, id));
    State state = State.valueOf(row.path("state").asText());
    if (state.isFinal()) {
      throw Problem.conflict("command " + id + " has ended as " + state);
    }
    boolean neverBegan = call.json().path("never_began").asBoolean();
    if (neverBegan) {
      requireUnclear(change, state);
    }
    String why = "by " + change.subject() + ": " + call.text("reason");
    Cancels.Word word = new Cancels.Word(change.subject(), why, neverBegan);
    Cancels.cancel(change, ledger.transitions(), modelId, id, word);
    return Answer.accepted(whole(change.sql(), modelId, id));
  }

  /** Of what a scheduler has said that it has, nobody can say that it never began. */
  private static void requireUnclear(Change change, State state) {
    if (!Subject.isPersonsWord(change.subject())) {
      throw Problem.forbidden("a person has to have looked whether it began, and a token is none");
    }
    if (state == State.SUBMITTED || state == State.ACCEPTED || state == State.RUNNING) {
      throw Problem.conflict(
          "never_began is for a command whose start is unclear (UNKNOWN), and it is " + state);
    }
  }
}
