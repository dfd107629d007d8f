package dev.runway.control.ledger;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
import dev.runway.control.security.Subject;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainCommand.Action;
import dev.runway.model.RetrainCommand.Mode;
import dev.runway.model.RetrainCommand.ReasonClass;
import dev.runway.model.RetrainCommand.SeverityClass;
import dev.runway.model.RetrainStatus.State;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Whether a new command may be taken at all, before it is asked whether there is room for it. */
final class Admission {
  private final Sql sql;
  private final LedgerRules rules;
  private final Instant now;
  private final RetrainCommand command;
  private final String askedBy;
  private final @Nullable ObjectNode model;

  /**
   * @param askedBy person or token that asked, or the topic it came by
   * @param model its row in the registry; null when there is none
   */
  Admission(
      Sql sql,
      LedgerRules rules,
      Instant now,
      RetrainCommand command,
      String askedBy,
      @Nullable ObjectNode model) {
    this.sql = sql;
    this.rules = rules;
    this.now = now;
    this.command = command;
    this.askedBy = askedBy;
    this.model = model;
  }

  /** Tier in the registry, else that of the command. */
  int tier() {
    return model == null ? command.urgency().tier() : model.path("tier").asInt();
  }

  @Nullable String team() {
    return model == null ? null : model.path("team").asText();
  }

  private boolean byPerson() {
    return byPerson(command, askedBy);
  }

  /** Whether a person asked for a command, and not a job or a machine with a token. */
  static boolean byPerson(RetrainCommand command, String askedBy) {
    return command.cause().reasonClass() == ReasonClass.MANUAL && Subject.isPersonsWord(askedBy);
  }

  /** Why it is refused; null when it is not. */
  @Nullable Ruling refusal(Room room, BigDecimal estimate) throws SQLException {
    String reason = reason(room, estimate);
    return reason == null ? cooling() : Ruling.refused(reason);
  }

  private @Nullable String reason(Room room, BigDecimal estimate) throws SQLException {
    if (model == null) {
      return "unknown_model: the registry has no model " + command.cause().modelId();
    }
    if (model.path("state").asText().equals("RETIRED")) {
      return "retired_model: " + command.cause().modelId() + " is retired";
    }
    if (command.deadlineAtMillis() <= now.toEpochMilli()) {
      return "deadline_passed: at " + Instant.ofEpochMilli(command.deadlineAtMillis());
    }
    if (command.mode() == Mode.ADVISE) {
      return "advice_only: the policy advises and lets nothing happen";
    }
    String noTarget = noTarget();
    if (noTarget != null) {
      return noTarget;
    }
    if (!isBack() && !room.everPays(tier(), estimate)) {
      boolean raised = command.cause().reasonClass() == ReasonClass.MANUAL;
      return "over_budget: it costs more than a month has for tier "
          + tier()
          + (raised ? Costs.origin(sql, command.cause().modelId(), estimate) : "");
    }
    String stop = room.stop(command.cause().modelId(), team());
    return stop != null && !byPerson() ? stop : joined();
  }

  private @Nullable String noTarget() throws SQLException {
    if (!isBack()) {
      return null;
    }
    Optional<ObjectNode> version =
        sql.row(
            "SELECT state FROM model_versions WHERE model_id = ? AND version = ?",
            command.cause().modelId(),
            command.cause().target());
    if (version.isEmpty() || version.get().path("state").asText().equals("RETIRED")) {
      return "unknown_version: there is no version " + command.cause().target() + " to go back to";
    }
    return null;
  }

  /** To which command it is joined: one that does the same and waits or runs. */
  private @Nullable String joined() throws SQLException {
    Optional<ObjectNode> open = open();
    return open.isEmpty() || isAbove(open.get())
        ? null
        : "joined: to " + id(open.get()) + ", which is " + open.get().path("state").asText();
  }

  /** Whether one of the model has just run; null when that does not hold it. */
  private @Nullable Ruling cooling() throws SQLException {
    Optional<ObjectNode> quiet = Cooldowns.inForce(sql, command.cause().modelId(), now);
    if (quiet.isEmpty() || goesThrough() || isFurtherAttempt()) {
      return null;
    }
    if (!quiet.get().has("broken_at") && isWorse(quiet.get())) {
      return null;
    }
    return Ruling.cooling(id(quiet.get()), Instant.parse(quiet.get().path("ends_at").asText()));
  }

  /** The command of the model that is to do the same: the one that waits, else the active one. */
  private Optional<ObjectNode> open() throws SQLException {
    return sql.row(
        "SELECT c.command_id, c.state, "
            + Measured.COLUMNS
            + """
        FROM retrain_commands AS c
        WHERE model_id = ? AND action = ? AND ended_at IS NULL
        ORDER BY state IN ('QUEUED', 'QUEUED_BUDGET', 'AWAITING_APPROVAL') DESC, received_at DESC
        LIMIT 1
        """,
        command.cause().modelId(),
        command.cause().action().name());
  }

  private static String id(ObjectNode row) {
    return row.path("command_id").asText();
  }

  private boolean isAbove(ObjectNode other) {
    if (byPerson()) {
      return true;
    }
    // What a person asked for waits on: no job takes its place. What a machine asked for gives its
    // place to whatever a job has measured; where it is active already, it covers that.
    if (isWaiting(other)) {
      boolean above =
          (isMeasured() && isBack()) || Measured.of(command, false) > Measured.of(other);
      return above && !other.path("by_person").asBoolean();
    }
    return goesThrough() || isWorse(other);
  }

  private static boolean isWaiting(ObjectNode row) {
    return Transitions.isWaiting(State.valueOf(row.path("state").asText()));
  }

  /** A person knows, and going back is no training. */
  private boolean goesThrough() {
    return byPerson() || isBack();
  }

  /** The class of what a machine has asked for was found by nobody. */
  private boolean isMeasured() {
    return command.cause().reasonClass() != ReasonClass.MANUAL;
  }

  private boolean isWorse(ObjectNode other) {
    if (!isMeasured()) {
      return false;
    }
    SeverityClass there = SeverityClass.valueOf(other.path("severity_class").asText());
    return command.urgency().severityClass().compareTo(there) > 0;
  }

  /** Whether the attempt before it, of the same episode, has come to nothing. */
  private boolean isFurtherAttempt() throws SQLException {
    RetrainCommand.Cause cause = command.cause();
    return cause.attempt() > 1
        && sql.number(
                """
                SELECT count(*) FROM retrain_commands
                WHERE model_id = ? AND model_version = ? AND episode = ? AND reason_class = ?
                    AND attempt = ? AND state IN ('FAILED', 'TIMED_OUT')
                """,
                cause.modelId(),
                cause.modelVersion(),
                cause.episode(),
                cause.reasonClass().name(),
                cause.attempt() - 1)
            > 0;
  }

  /** The command that waits to do the same, and that this one takes the place of. */
  Optional<UUID> superseded() throws SQLException {
    return sql.row(
            """
            SELECT command_id FROM retrain_commands
            WHERE model_id = ? AND action = ?
                AND state IN ('QUEUED', 'QUEUED_BUDGET', 'AWAITING_APPROVAL')
            """,
            command.cause().modelId(),
            command.cause().action().name())
        .map(row -> UUID.fromString(id(row)));
  }

  /** The persons it has to wait for; null when for none. */
  @Nullable Ruling hold() throws SQLException {
    Optional<UUID> before = byPerson() || isBack() ? Optional.empty() : mayRun();
    if (before.isPresent()) {
      return Ruling.unclearBefore(before.get(), rules, tier());
    }
    boolean two = rules.fourEyes() && tier() == 1;
    // Decided when the model was of a lower tier, so by a mode that was not meant for this one; or
    // asked for by a machine, which knows no tier.
    boolean raised = tier() == 1 && command.urgency().tier() != 1;
    boolean held = byPerson() ? two : raised;
    if (command.mode() == Mode.AUTO && !held) {
      return null;
    }
    // Of a person's own command the one who asked is the first of the two; a token is nobody.
    int persons = two && !(byPerson() && Subject.isPerson(askedBy)) ? 2 : 1;
    return Ruling.held(persons, rules.patience(tier()));
  }

  private Optional<UUID> mayRun() throws SQLException {
    return MayRun.before(sql, command.cause().modelId());
  }

  private boolean isBack() {
    return command.cause().action() == Action.ROLLBACK;
  }
}
