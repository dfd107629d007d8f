package dev.runway.control.ledger;

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
import dev.runway.control.registry.Controls;
import dev.runway.control.security.Subject;
import dev.runway.model.Control;
import dev.runway.model.RetrainStatus.State;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Commands that wait for a person, and what persons say of them. */
public final class Approvals {
  private static final String PENDING =
      Retrains.COLUMNS
          + """
          , command,
          (SELECT count(*) FROM retrain_approvals AS a
           WHERE a.command_id = c.command_id AND a.approval_round = c.approval_round
                 AND a.verdict = 'APPROVE') AS approvals_given
          FROM retrain_commands AS c
          WHERE c.state = 'AWAITING_APPROVAL'
          """;

  private Approvals() {}

  /** What answers, over one ledger. */
  public static void handle(Handlers handlers, Ledger ledger) {
    handlers
        .read(Operation.LIST_APPROVALS, Approvals::pending)
        .change(Operation.JUDGE_RETRAIN, (call, change) -> judge(call, change, ledger));
  }

  /** Those that are ahead of others in the queue first. */
  private static Answer pending(Call call, Sql sql) throws SQLException {
    Page page = Page.of(call);
    StringBuilder question = new StringBuilder(PENDING);
    List<@Nullable Object> values = new ArrayList<>();
    Set<String> seen = call.subject().models();
    if (seen != null) {
      question.append(" AND c.model_id = ANY (?)");
      values.add(List.copyOf(seen));
    }
    String team = call.query("team");
    if (team != null) {
      question.append(" AND c.team = ?");
      values.add(team);
    }
    if (!page.after().isEmpty()) {
      question.append(
          " AND (c.rank_at, c.command_id) > (SELECT b.rank_at, b.command_id FROM retrain_commands"
              + " AS b WHERE b.command_id = ?)");
      values.add(page.afterUuid());
    }
    question.append(" ORDER BY c.rank_at, c.command_id LIMIT ?");
    values.add(page.rows());
    List<ObjectNode> rows = sql.rows(question.toString(), values.toArray());
    for (ObjectNode row : rows) {
      Retrains.putEvidence(row);
    }
    return page.answer(rows, row -> row.path("command_id").asText());
  }

  private static Answer judge(Call call, Change change, Ledger ledger) throws SQLException {
    Sql sql = change.sql();
    String modelId = call.path("model");
    UUID id = Retrains.id(call);
    Books.lock(sql);
    ObjectNode row =
        sql.row(
                """
                SELECT command_id, model_id, model_version, action, state, state_revision, tier,
                       episode, evidence_hash, asked_by, reason, approvals_needed, approval_round,
                       approval_expires_at
                FROM retrain_commands WHERE command_id = ? AND model_id = ? FOR UPDATE
                """,
                id,
                modelId)
            .orElseThrow(() -> Retrains.none(modelId, id));
    Instant now = ledger.transitions().now();
    requireOpen(row, now);
    if (!row.path("evidence_hash").asText().equals(call.text("evidence_hash"))) {
      throw Problem.conflict("the evidence is another one: read the command again, and judge that");
    }
    boolean approved = call.text("verdict").equals("APPROVE");
    if (approved && !Subject.isPersonsWord(change.subject())) {
      // Who asks with a token would else be who approves, with the same one or another.
      throw Problem.forbidden("a person has to approve, and a token is none");
    }
    if (approved && ledger.rules().fourEyes()) {
      requireOtherPerson(row, change.subject());
    }
    Optional<UUID> before = approved ? Ledger.before(sql, row) : Optional.empty();
    if (before.isPresent() && ledger.tellBefore(change, row, before.get())) {
      // Answered and not thrown: that whoever looks next is told of it must stay.
      return Answer.refusal(
          Problem.conflict(
              "the training %s may still run: see whether it does, then approve again"
                  .formatted(before.get())),
          call.requestId());
    }
    say(call, change, row, before, now);
    if (!approved) {
      String why = call.optional("reason");
      ledger
          .transitions()
          .move(
              change,
              Move.of(id, State.REFUSED, State.AWAITING_APPROVAL)
                  .because("rejected: by " + change.subject() + (why == null ? "" : ": " + why)));
      tell(call, change, row, Control.Action.REJECT);
    } else if (given(sql, row) >= row.path("approvals_needed").asInt()) {
      ledger.release(change, id);
      tell(call, change, row, Control.Action.APPROVE);
    } else {
      change.audit(
          "retrain.approve",
          "retrain:" + id,
          JsonNodeFactory.instance
              .objectNode()
              .put("model", modelId)
              .put("first_of", row.path("approvals_needed").asInt()));
    }
    return Answer.ok(Retrains.whole(sql, modelId, id));
  }

  private static void requireOpen(ObjectNode row, Instant now) {
    String state = row.path("state").asText();
    if (!state.equals(State.AWAITING_APPROVAL.name())) {
      throw Problem.conflict("it does not wait for a person: it is " + state);
    }
    String expires = row.path("approval_expires_at").asText("");
    // Of tier 1 this is the next escalation, and not the end.
    if (row.path("tier").asInt() != 1
        && !expires.isEmpty()
        && !Instant.parse(expires).isAfter(now)) {
      throw Problem.conflict("its time to be approved ended at " + expires);
    }
  }

  /**
   * Two names are two heads only where both are persons': anybody can have any number of tokens.
   */
  private static void requireOtherPerson(ObjectNode row, String subject) {
    if (row.path("asked_by").asText().equals(subject)) {
      throw Problem.conflict("you asked for it: somebody else has to approve");
    }
    if (row.path("tier").asInt() == 1 && !Subject.isPerson(subject)) {
      throw Problem.forbidden("two persons have to approve, and a token is none");
    }
  }

  private static void say(
      Call call, Change change, ObjectNode row, Optional<UUID> toldOf, Instant now)
      throws SQLException {
    int said =
        change
            .sql()
            .update(
                """
                INSERT INTO retrain_approvals (command_id, approval_round, said_by, verdict,
                                               evidence_hash, reason, told_of, said_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (command_id, approval_round, said_by) DO NOTHING
                """,
                Retrains.id(call),
                row.path("approval_round").asInt(),
                change.subject(),
                call.text("verdict"),
                call.text("evidence_hash"),
                call.optional("reason"),
                toldOf.orElse(null),
                now);
    if (said == 0) {
      throw Problem.conflict("you have judged it already: somebody else has to");
    }
  }

  private static long given(Sql sql, ObjectNode row) throws SQLException {
    return sql.number(
        """
        SELECT count(*) FROM retrain_approvals
        WHERE command_id = ? AND approval_round = ? AND verdict = 'APPROVE'
        """,
        UUID.fromString(row.path("command_id").asText()),
        row.path("approval_round").asInt());
  }

  private static void tell(Call call, Change change, ObjectNode row, Control.Action action)
      throws SQLException {
    Controls.judged(
        change,
        call.path("model"),
        action,
        row.path("episode").asText(),
        row.path("evidence_hash").asText(),
        call.optional("reason"));
  }
}
