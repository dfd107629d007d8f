package dev.runway.control.ledger;

import dev.runway.control.RunningApi;
import dev.runway.control.database.Database;
import dev.runway.control.outbox.Change;
import dev.runway.model.MalformedEvent;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainCommand.Action;
import dev.runway.model.RetrainCommand.Mode;
import dev.runway.model.RetrainCommand.ReasonClass;
import dev.runway.model.RetrainCommand.SeverityClass;
import dev.runway.model.RetrainStatus.State;
import dev.runway.model.RetrainStatusCodec;
import dev.runway.testkit.PostgresDatabase;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A ledger over a real database, with a clock of its own; models and commands for it. */
final class LedgerFixture implements AutoCloseable {
  static final Instant START = Instant.parse("2026-11-26T12:00:00Z");

  static final LedgerRules RULES =
      new LedgerRules(
          Duration.ofHours(24),
          Duration.ofHours(24),
          new BigDecimal("1000.00"),
          new BigDecimal("200.00"),
          Duration.ofHours(2),
          Duration.ofHours(24),
          false,
          BigDecimal.ONE);

  final TestClock clock = new TestClock(START);
  final Database database;
  final Ledger ledger;
  private final PostgresDatabase postgres;

  LedgerFixture(PostgresDatabase postgres) {
    this(postgres, RULES, Steps.NONE);
  }

  LedgerFixture(PostgresDatabase postgres, LedgerRules rules, Steps steps) {
    this.postgres = postgres;
    database = new Database(new RunningApi(postgres, "127.0.0.1:1", Map.of()).options().postgres());
    ledger = new Ledger(database, clock, rules, () -> {}, steps);
  }

  /** Everything as it was when the database was new. */
  static void clean(PostgresDatabase postgres) throws SQLException {
    postgres.execute(
        PostgresDatabase.SUPERUSER,
        """
        SET session_replication_role = replica;
        TRUNCATE runway.retrain_commands, runway.retrain_status_changes, runway.retrain_approvals,
            runway.retrain_budgets, runway.retrain_costs, runway.retrain_cooldowns, runway.controls,
            runway.outbox, runway.performance, runway.models CASCADE;
        DELETE FROM runway.retrain_caps WHERE scope <> 'FLEET';
        UPDATE runway.retrain_caps SET cap = 50;
        UPDATE runway.dispatch_lease SET epoch = 0
        """);
  }

  /** Registers a model. */
  void model(String id, String team, int tier) throws SQLException {
    postgres.execute(
        PostgresDatabase.SUPERUSER,
        """
        INSERT INTO runway.models (model_id, revision, state, owner, team, tier, tags,
                                   strict_versions, judging, message)
        VALUES ('%1$s', 1, 'ACTIVE', 'ada', '%2$s', %3$d, '{}', false, '{}',
                convert_to('{"model_id":"%1$s","revision":1,"tier":%3$d,"owner":"ada","task":"BINARY"}',
                           'UTF8'))
        """
            .formatted(id, team, tier));
  }

  /** A command of a job: of drift, 50 dollars, without a person. Of tier 1, as far as it knows. */
  static RetrainCommand command(String model, String episode) {
    return command(model, episode, 1, SeverityClass.MEDIUM, Mode.AUTO, 50);
  }

  static RetrainCommand command(
      String model,
      String episode,
      int attempt,
      SeverityClass severity,
      Mode mode,
      double dollars) {
    return new RetrainCommand(
        new RetrainCommand.Cause(
            model, "1", Action.RETRAIN, ReasonClass.DRIFT, episode, attempt, null),
        new RetrainCommand.Urgency(1, 0.7, severity, 0),
        mode,
        0,
        0,
        "d-1",
        null,
        0,
        "{\"psi\":0.4}".getBytes(StandardCharsets.UTF_8),
        dollars,
        START.toEpochMilli(),
        RetrainCommand.NEVER);
  }

  /** A way back that a job wants. */
  static RetrainCommand rollback(String model, String episode, SeverityClass severity) {
    RetrainCommand command = command(model, episode, 1, severity, Mode.AUTO, 50);
    RetrainCommand.Cause cause =
        new RetrainCommand.Cause(
            model, "1", Action.ROLLBACK, ReasonClass.PERFORMANCE, episode, 1, "0.9");
    return with(command, cause, command.urgency(), null);
  }

  /** The same by a policy, and of another tier as far as it knows. */
  static RetrainCommand by(String policy, int tier, RetrainCommand command) {
    RetrainCommand.Urgency urgency = command.urgency();
    return with(
        command,
        command.cause(),
        new RetrainCommand.Urgency(
            tier, urgency.severity(), urgency.severityClass(), urgency.priority()),
        policy);
  }

  private static RetrainCommand with(
      RetrainCommand command,
      RetrainCommand.Cause cause,
      RetrainCommand.Urgency urgency,
      String policy) {
    return new RetrainCommand(
        cause,
        urgency,
        command.mode(),
        command.wave(),
        command.generation(),
        command.decisionId(),
        policy,
        policy == null ? 0 : 1,
        command.evidence(),
        command.estimatedCost(),
        command.issuedAtMillis(),
        command.deadlineAtMillis());
  }

  /** A policy with a cool-down that nobody has looked at; another one of that name is gone. */
  void policy(String name, String cooldown) throws SQLException {
    postgres.execute(
        PostgresDatabase.SUPERUSER,
        """
        SET session_replication_role = replica;
        DELETE FROM runway.policy_versions WHERE policy = '%1$s';
        INSERT INTO runway.policy_versions (policy, version, models, document, created_by)
        VALUES ('%1$s', 1, '{}', '{"spec": {"limits": {"cooldown": "%2$s"}}}', 'ada')
        """
            .formatted(name, cooldown));
  }

  /** Another action, asked for by a person. */
  static RetrainCommand manual(Action action, String model, String episode, String target) {
    return new RetrainCommand(
        new RetrainCommand.Cause(model, "1", action, ReasonClass.MANUAL, episode, 1, target),
        new RetrainCommand.Urgency(3, 1, SeverityClass.LOW, 0),
        Mode.AUTO,
        0,
        0,
        null,
        null,
        0,
        "{}".getBytes(StandardCharsets.UTF_8),
        50,
        START.toEpochMilli(),
        RetrainCommand.NEVER);
  }

  State receive(RetrainCommand command) throws SQLException {
    boolean manual = command.cause().reasonClass() == ReasonClass.MANUAL;
    ledger.receive(command, manual ? "user:ada" : "topic:test");
    return state(command);
  }

  State state(RetrainCommand command) throws SQLException {
    return State.valueOf(column(command, "state"));
  }

  String reason(RetrainCommand command) throws SQLException {
    return column(command, "reason");
  }

  /** What its status says of the end of the cool-down by which it was refused. */
  long coolsUntil(RetrainCommand command) throws SQLException {
    String message = column(command, "encode(message, 'hex')");
    try {
      return RetrainStatusCodec.read(HexFormat.of().parseHex(message)).coolsUntilMillis();
    } catch (MalformedEvent e) {
      throw new AssertionError(message, e);
    }
  }

  String column(RetrainCommand command, String column) throws SQLException {
    return one(
        "SELECT %s FROM runway.retrain_commands WHERE command_id = '%s'"
            .formatted(column, command.commandId()));
  }

  /** The one value of a query; null where it has none. */
  String one(String sql) throws SQLException {
    List<List<String>> rows = postgres.query(PostgresDatabase.SUPERUSER, sql);
    return rows.isEmpty() ? null : rows.get(0).get(0);
  }

  /** Moves a command as a dispatcher or a person would; whether it was in one of the states. */
  boolean move(Move move) {
    return database.write(
        sql -> {
          Optional<?> moved =
              ledger.transitions().move(new Change(sql, "test", "r-" + move.commandId()), move);
          return moved.isPresent();
        });
  }

  /** A scheduler may have it. */
  void handedIn(RetrainCommand command) {
    move(Move.of(command.commandId(), State.SUBMITTED, State.GRANTED));
  }

  /** Brings an active command to its end. */
  void succeed(RetrainCommand command, double dollars) {
    UUID id = command.commandId();
    move(Move.of(id, State.SUBMITTED, State.GRANTED));
    move(Move.of(id, State.RUNNING, State.SUBMITTED).run("test", "run-1"));
    move(Move.of(id, State.SUCCEEDED, State.RUNNING).ended("2", dollars));
  }

  /** Does all that is due; how many things that were. */
  int settle() {
    int steps = 0;
    while (ledger.step()) {
      steps++;
    }
    return steps;
  }

  /** Amounts of the month as spent, reserved, overrun. */
  String budget(String month) throws SQLException {
    return one(
        "SELECT spent || ' ' || reserved || ' ' || overrun FROM runway.retrain_budgets WHERE month = '"
            + month
            + "'");
  }

  @Override
  public void close() {
    database.close();
  }
}
