package dev.runway.control.dispatch;

import static dev.runway.testkit.PostgresDatabase.SUPERUSER;

import dev.runway.control.database.Database;
import dev.runway.control.ledger.Ledger;
import dev.runway.control.ledger.LedgerRules;
import dev.runway.control.ledger.Move;
import dev.runway.control.options.ControlOptions;
import dev.runway.control.options.ControlSettings;
import dev.runway.control.options.SchedulerOptions;
import dev.runway.control.options.Settings;
import dev.runway.control.outbox.Change;
import dev.runway.control.scheduler.Scheduler;
import dev.runway.control.scheduler.Schedulers;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainCommand.Action;
import dev.runway.model.RetrainCommand.ReasonClass;
import dev.runway.model.RetrainStatus.State;
import dev.runway.testkit.PostgresDatabase;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/** Models, a ledger that grants what is asked for, and dispatchers over it. */
final class Fleet implements AutoCloseable {
  /** Ends a dispatcher as a power cut would: nothing catches it. */
  static final class PowerCut extends Error {
    private static final long serialVersionUID = 1L;
  }

  final ManualClock clock = new ManualClock();
  final Ledger ledger;
  private final PostgresDatabase postgres;
  private final Database database;

  Fleet(PostgresDatabase postgres) {
    this.postgres = postgres;
    ControlOptions options = options(postgres, Map.of());
    database = new Database(options.postgres());
    ledger = new Ledger(database, clock, LedgerRules.of(options.retrains()), () -> {});
  }

  static ControlOptions options(PostgresDatabase postgres, Map<String, String> further) {
    Map<String, String> environment = new HashMap<>();
    environment.put("RUNWAY_POSTGRES_URL", postgres.jdbcUrl());
    environment.put("RUNWAY_POSTGRES_PASSWORD", postgres.password("runway_api"));
    environment.put("RUNWAY_POSTGRES_POOL_SIZE", "4");
    environment.put("RUNWAY_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1");
    environment.put("RUNWAY_CONTROL_SCHEDULER_TIMEOUT", "PT10S");
    environment.put("RUNWAY_CONTROL_SCHEDULER_POLL", "PT1S");
    environment.put("RUNWAY_CONTROL_SCHEDULER_DEADLINE", "PT2H");
    environment.put("RUNWAY_CONTROL_SCHEDULER_LEASE", "PT1M");
    environment.putAll(further);
    return ControlOptions.of(Settings.load(ControlSettings.ALL, null, environment));
  }

  /** The way to a scheduler by the settings that a user would give. */
  SchedulerOptions way(Map<String, String> settings) {
    return options(postgres, settings).scheduler();
  }

  Dispatcher dispatcher(SchedulerOptions way, Trace trace) {
    Scheduler scheduler = Schedulers.of(way);
    if (scheduler == null) {
      throw new IllegalArgumentException("no scheduler");
    }
    return new Dispatcher(
        scheduler,
        way.pace(),
        database,
        ledger.transitions(),
        state -> {},
        Duration.ofSeconds(5),
        clock,
        trace);
  }

  Dispatcher dispatcher(SchedulerOptions way) {
    return dispatcher(way, step -> {});
  }

  void model(String modelId, int tier) throws SQLException {
    models("SELECT '" + modelId + "', " + tier);
  }

  /** Models 0, 1, 2 ... of a prefix, of the tiers in turn. */
  void models(String prefix, int count) throws SQLException {
    models(
        "SELECT '%s' || i, 1 + i %% 4 FROM generate_series(0, %d) AS i"
            .formatted(prefix, count - 1));
  }

  private void models(String idsAndTiers) throws SQLException {
    postgres.execute(
        SUPERUSER,
        """
        INSERT INTO runway.models (revision, state, owner, team, tags, strict_versions, judging,
                                   message, model_id, tier)
        SELECT 1, 'ACTIVE', 'ada', 'ranking', '{}', false, '{}',
               convert_to(jsonb_build_object('model_id', m.id, 'revision', 1, 'tier', m.tier,
                                             'owner', 'ada', 'task', 'BINARY')::text, 'UTF8'),
               m.id, m.tier
        FROM (%s) AS m (id, tier)
        """
            .formatted(idsAndTiers));
  }

  /** Somebody registers what a command has trained. */
  void version(String modelId, String version, String trainingRun) throws SQLException {
    version(modelId, version, trainingRun, "{}");
  }

  /** The same, with what is measured of it. */
  void version(String modelId, String version, String trainingRun, String metrics)
      throws SQLException {
    postgres.execute(
        SUPERUSER,
        """
        INSERT INTO runway.model_versions (model_id, version, revision, state, training_run, metrics,
                                           hyperparameters, features, created_by)
        VALUES ('%s', '%s', 1, 'REGISTERED', '%s', '%s', '{}', '{}', 'test')
        """
            .formatted(modelId, version, trainingRun, metrics));
  }

  /**
   * Somebody registers a deployment.
   *
   * @param at when it began to serve
   */
  void deployment(String modelId, String version, String role, Instant at) throws SQLException {
    postgres.execute(
        SUPERUSER,
        """
        INSERT INTO runway.deployments (model_id, version, environment, role, share, revision,
                                        started_at, created_by)
        VALUES ('%s', '%s', '%s', '%s', 1, 1, '%s', 'test')
        """
            .formatted(modelId, version, role + at.toEpochMilli(), role, at));
  }

  /** The document of a model cannot be read any more, or can be again. */
  void document(String modelId, boolean good) throws SQLException {
    postgres.execute(
        SUPERUSER,
        """
        SET session_replication_role = replica;
        UPDATE runway.models
        SET message = convert_to(CASE WHEN %s THEN trim(LEADING '?' FROM convert_from(message, 'UTF8'))
                                      ELSE '?' || convert_from(message, 'UTF8') END, 'UTF8')
        WHERE model_id = '%s';
        SET session_replication_role = origin;
        """
            .formatted(good, modelId));
  }

  /** A model of its own with a command to retrain it, which is granted. */
  UUID granted(String modelId, int tier, double severity) throws SQLException {
    model(modelId, tier);
    return receive(modelId, Action.RETRAIN, null, severity);
  }

  UUID granted(String modelId) throws SQLException {
    return granted(modelId, 2, 0.5);
  }

  UUID receive(String modelId, Action action, String target, double severity) {
    return receive(modelId, action, target, severity, RetrainCommand.NEVER);
  }

  UUID receive(String modelId, Action action, String target, double severity, long deadlineMillis) {
    return receive(
        new RetrainCommand.Cause(
            modelId, "1", action, ReasonClass.MANUAL, modelId + "/1/0", 1, target),
        severity,
        deadlineMillis);
  }

  /** What a job asks for, without a person. */
  UUID receiveFromJob(String modelId, long deadlineMillis) {
    return receiveFromJob(modelId, 1, deadlineMillis);
  }

  /** An attempt of the one episode that a model has. */
  UUID receiveFromJob(String modelId, int attempt, long deadlineMillis) {
    return receive(
        new RetrainCommand.Cause(
            modelId, "1", Action.RETRAIN, ReasonClass.DRIFT, modelId + "/1/0", attempt, null),
        0.5,
        deadlineMillis);
  }

  /** What a job asks for when things have become worse; another episode. */
  UUID receiveWorse(String modelId) {
    return receive(
        new RetrainCommand.Cause(
            modelId, "1", Action.RETRAIN, ReasonClass.DRIFT, modelId + "/1/1", 1, null),
        RetrainCommand.SeverityClass.CRITICAL,
        0.9,
        RetrainCommand.NEVER);
  }

  private UUID receive(RetrainCommand.Cause cause, double severity, long deadlineMillis) {
    return receive(cause, RetrainCommand.SeverityClass.HIGH, severity, deadlineMillis);
  }

  private UUID receive(
      RetrainCommand.Cause cause,
      RetrainCommand.SeverityClass severityClass,
      double severity,
      long deadlineMillis) {
    RetrainCommand command =
        new RetrainCommand(
            cause,
            new RetrainCommand.Urgency(2, severity, severityClass, 0),
            RetrainCommand.Mode.AUTO,
            0,
            0,
            null,
            null,
            0,
            "{\"score\":0.5}".getBytes(StandardCharsets.UTF_8),
            2.5,
            clock.millis(),
            deadlineMillis);
    ledger.receive(command, "user:ada");
    return command.commandId();
  }

  /** Rounds of a dispatcher, with time between them, until no command is active, or so many. */
  void drive(Dispatcher dispatcher, int rounds) throws SQLException {
    for (int i = 0; i < rounds && active() > 0; i++) {
      dispatcher.turn();
      clock.advance(Duration.ofSeconds(20));
    }
  }

  private long active() throws SQLException {
    return Long.parseLong(
        postgres
            .query(SUPERUSER, "SELECT count(*) FROM runway.retrain_commands WHERE ended_at IS NULL")
            .get(0)
            .get(0));
  }

  /** Every movement of its money. */
  String costs(UUID id) throws SQLException {
    return postgres
        .query(
            SUPERUSER,
            "SELECT string_agg(kind || ' ' || amount, ', ' ORDER BY cost_id) FROM"
                + " runway.retrain_costs WHERE command_id = '%s'".formatted(id))
        .get(0)
        .get(0);
  }

  /** Another machine has handed in a command, in the same folder. */
  void placed(UUID id, String machine) throws SQLException {
    postgres.execute(
        SUPERUSER,
        """
        UPDATE runway.retrain_commands
        SET scheduler_target = split_part(scheduler_target, '@', 1) || '@%s'
        WHERE command_id = '%s'
        """
            .formatted(machine, id));
  }

  /** Somebody has asked for the end of a command that a scheduler may have. */
  void cancelAsked(UUID id, String who) throws SQLException {
    cancelAsked(id, who, false);
  }

  /** The same by whoever may have looked whether it ever began. */
  void cancelAsked(UUID id, String who, boolean neverBegan) throws SQLException {
    postgres.execute(
        SUPERUSER,
        """
        UPDATE runway.retrain_commands
        SET cancel_asked_at = now(), cancel_asked_by = '%s', never_began = %s, next_try_at = NULL
        WHERE command_id = '%s'
        """
            .formatted(who, neverBegan, id));
  }

  /**
   * A person approves one that waits for that; it is in the queue then.
   *
   * @param toldOf the training before it that may still run
   */
  void approve(UUID id, String who, UUID toldOf) throws SQLException {
    postgres.execute(
        SUPERUSER,
        """
        INSERT INTO runway.retrain_approvals (command_id, approval_round, said_by, verdict,
                                              evidence_hash, told_of, said_at)
        SELECT command_id, approval_round, '%s', 'APPROVE', evidence_hash, '%s', '%s'
        FROM runway.retrain_commands WHERE command_id = '%s'
        """
            .formatted(who, toldOf, clock.instant(), id));
    database.write(
        sql ->
            ledger
                .transitions()
                .move(
                    new Change(sql, who, "test"),
                    Move.of(id, State.QUEUED, State.AWAITING_APPROVAL)));
  }

  /** Every state that a command has had, in their order. */
  List<String> states(UUID id) throws SQLException {
    return postgres
        .query(
            SUPERUSER,
            "SELECT state FROM runway.retrain_status_changes WHERE command_id = '%s' ORDER BY revision"
                .formatted(id))
        .stream()
        .map(row -> row.get(0))
        .collect(Collectors.toList());
  }

  String state(UUID id) throws SQLException {
    List<String> states = states(id);
    return states.get(states.size() - 1);
  }

  String column(UUID id, String name) throws SQLException {
    return postgres
        .query(
            SUPERUSER,
            "SELECT %s FROM runway.retrain_commands WHERE command_id = '%s'".formatted(name, id))
        .get(0)
        .get(0);
  }

  /** Lets another instance dispatch, as if the owner had been silent for too long. */
  void expireLease() throws SQLException {
    postgres.execute(
        SUPERUSER, "UPDATE runway.dispatch_lease SET expires_at = '1970-01-01T00:00:00Z'");
  }

  /**
   * Switches the kill switch.
   *
   * @param modelId null for the fleet's
   * @param until null for ever
   */
  void killSwitch(String modelId, String action, Instant until) throws SQLException {
    postgres.execute(
        SUPERUSER,
        """
        INSERT INTO runway.controls (record_key, model_id, kind, action, revision, said_by, said_at,
                                     expires_at, message)
        VALUES ('%1$s', %2$s, 'KILL_SWITCH', '%3$s', 1, 'ada', now(), %4$s, '')
        ON CONFLICT (record_key) DO UPDATE
        SET action = EXCLUDED.action, expires_at = EXCLUDED.expires_at
        """
            .formatted(modelId, quoted(modelId), action, quoted(until)));
  }

  /** Switches the kill switch of a team. */
  void killSwitchOfTeam(String team, String action) throws SQLException {
    postgres.execute(
        SUPERUSER,
        """
        INSERT INTO runway.controls (record_key, team, kind, action, revision, said_by, said_at,
                                     message)
        VALUES ('team %1$s', '%1$s', 'KILL_SWITCH', '%2$s', 1, 'ada', now(), '')
        ON CONFLICT (record_key) DO UPDATE SET action = EXCLUDED.action
        """
            .formatted(team, action));
  }

  private static String quoted(Object value) {
    return value == null ? "NULL" : "'" + value + "'";
  }

  /** How many may be active at once. */
  void cap(int places) throws SQLException {
    postgres.execute(SUPERUSER, "UPDATE runway.retrain_caps SET cap = %d".formatted(places));
  }

  /** Nothing is left for the test that comes next. */
  @Override
  public void close() throws SQLException {
    database.close();
    postgres.execute(
        SUPERUSER,
        """
        SET session_replication_role = replica;
        UPDATE runway.retrain_commands SET state = 'CANCELLED', ended_at = now(), reserved_cost = 0
        WHERE ended_at IS NULL;
        UPDATE runway.controls SET action = 'KILL_SWITCH_OFF';
        SET session_replication_role = origin;
        """);
    expireLease();
  }
}
