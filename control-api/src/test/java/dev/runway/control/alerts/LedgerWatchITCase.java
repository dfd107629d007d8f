package dev.runway.control.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.control.RunningApi;
import dev.runway.control.database.Database;
import dev.runway.testkit.PostgresDatabase;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Alerts of what the database and the dispatcher know. */
class LedgerWatchITCase {
  private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

  @RegisterExtension static final PostgresDatabase POSTGRES = new PostgresDatabase();

  private Database database;
  private Instant awaySince;
  private String awayBecause;
  private boolean dispatching;
  private Set<UUID> unasked = Set.of();
  private long nanos;

  @BeforeEach
  void clean() throws Exception {
    database = new Database(new RunningApi(POSTGRES, "127.0.0.1:1", Map.of()).options().postgres());
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        SET session_replication_role = replica;
        TRUNCATE runway.alerts, runway.alert_marks, runway.alert_deliveries, runway.models,
            runway.retrain_commands, runway.retrain_status_changes, runway.retrain_decisions,
            runway.embedding_stability, runway.embedding_spaces, runway.graph_edges CASCADE
        """);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private LedgerWatch watch() {
    LedgerWatch.Dispatch dispatch =
        new LedgerWatch.Dispatch() {
          @Override
          public boolean isDispatching() {
            return dispatching;
          }

          @Override
          public Instant schedulerAwaySince() {
            return awaySince;
          }

          @Override
          public String schedulerAwayBecause() {
            return awayBecause;
          }

          @Override
          public Set<UUID> unasked() {
            return unasked;
          }
        };
    return watch(dispatch);
  }

  /** One of an instance that does not dispatch. */
  private LedgerWatch withoutScheduler() {
    return watch(null);
  }

  private LedgerWatch watch(LedgerWatch.@Nullable Dispatch dispatch) {
    return new LedgerWatch(
        database,
        new AlertStore(List.of("slack")),
        dispatch,
        Duration.ofSeconds(30),
        Clock.fixed(NOW, ZoneOffset.UTC),
        () -> nanos);
  }

  @ParameterizedTest
  @ValueSource(strings = {"FAILED", "TIMED_OUT"})
  void commandThatHasFailed_isAnAlertUntilAnotherOneSucceeds(String state) throws Exception {
    command("ranker", state, 0, "1 minute", "not_taken: no such workflow");
    command("other", "FAILED", 0, "25 hours", "long ago");
    LedgerWatch watch = watch();

    assertThat(watch.look()).containsExactly(Fate.OPENED);
    assertThat(watch.look()).isEmpty();
    assertThat(watch().look()).as("another instance").isEmpty();
    assertThat(open())
        .containsExactly(
            "RETRAIN_FAILED ranker RETRAIN of ranker 1 has "
                + (state.equals("FAILED") ? "failed" : "timed out")
                + ": not_taken: no such workflow");

    command("ranker", "SUCCEEDED", 0, "1 second", null);
    watch.look();
    assertThat(open()).isEmpty();
  }

  @Test
  void nextCommandThatFails_isTheNextAlert() throws Exception {
    command("ranker", "FAILED", 0, "2 hours", "first");
    watch().look();
    command("ranker", "FAILED", 0, "1 minute", "second");

    assertThat(watch().look()).containsExactly(Fate.OPENED);
    assertThat(open()).singleElement().asString().endsWith("second");
  }

  @Test
  void baselinePairThatBreaksItself_isAnAlertUntilItPassesOrIsNoneAnyMore() throws Exception {
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        "INSERT INTO runway.embedding_spaces (space_id, revision, state, team, document, message)"
            + " VALUES ('titles', 3, 'ACTIVE', 'ranking', '{}', '')");
    baseline("titles", "v5-again", 3, "COORDINATES", "BREAKING", "COORDINATES", "[\"ranker\"]");
    baseline("fine", "v2", 1, "COORDINATES", "STABLE", "AS_BASELINE", "[\"ranker\"]");
    // Nobody uses it so: the document names another way of using.
    baseline("unused", "v2", 1, "SIMILARITY", "STABLE", "AS_BASELINE", "[\"ranker\"]");
    breaksForNobody("unused");
    LedgerWatch watch = watch();

    assertThat(watch.look()).containsExactly(Fate.OPENED);
    assertThat(watch.look()).isEmpty();
    assertThat(watch().look()).as("another instance").isEmpty();
    assertThat(open())
        .containsExactly(
            "BASELINE_UNFIT titles The baseline pair of embedding space titles, v5 and v5-again, does"
                + " not pass itself for COORDINATES (COORDINATES): no new version will");
    assertThat(
            POSTGRES.query(
                PostgresDatabase.SUPERUSER,
                "SELECT severity, team, model_version, details ->> 'usages' FROM runway.alerts"))
        .containsExactly(List.of("WARNING", "ranking", "v5-again", "COORDINATES"));

    // A new document, and a job that stands, end nothing: nobody knows better yet.
    update("embedding_spaces SET revision = 4");
    update("embedding_stability SET computed_at = now() - interval '3 days'");
    assertThat(watch.look()).isEmpty();
    assertThat(open()).hasSize(1);
    update("embedding_stability SET computed_at = now(), document_revision = 4");
    assertThat(watch.look()).isEmpty();

    baseline("titles", "v5-again", 4, "COORDINATES", "STABLE", "AS_BASELINE", "[\"ranker\"]");
    watch.look();
    assertThat(open()).isEmpty();
    // The same again is the same alert, with its next revision.
    baseline("titles", "v5-again", 4, "COORDINATES", "BREAKING", "COORDINATES", "[\"ranker\"]");
    assertThat(watch.look()).containsExactly(Fate.OPENED);
    assertThat(one("SELECT count(*) FROM runway.alerts")).isEqualTo("1");
    update("embedding_spaces SET state = 'ENDED', message = NULL");
    watch.look();
    assertThat(open()).isEmpty();
  }

  /** What is not of today, or by an older document, opens nothing; nor does what is not known. */
  @Test
  void baselinePair_isAnAlertByWhatHoldsToday() throws Exception {
    baseline("titles", "v2", 1, "COORDINATES", "BREAKING", "COORDINATES", "[]");
    update("embedding_stability SET computed_at = now() - interval '3 days'");
    watch().look();
    assertThat(open()).isEmpty();

    // Too little in common is no floor; too few items yet may become one.
    baseline("titles", "v2", 1, "COORDINATES", "UNDECIDED", "NO_FLOOR", "[]");
    update("embedding_stability SET eigenspace_instability = NULL");
    watch().look();
    assertThat(open()).isEmpty();
    update("embedding_stability SET eigenspace_instability = 0.7");
    assertThat(watch().look()).containsExactly(Fate.OPENED);
    assertThat(open()).singleElement().asString().contains("(NO_FLOOR)");
  }

  /** A consumer that the dependency graph alone knows is one too. */
  @Test
  void baselinePair_thatBreaksForAConsumerOfTheGraph_isAnAlert() throws Exception {
    baseline("titles", "v2", 1, "SIMILARITY", "STABLE", "AS_BASELINE", "[\"ranker\"]");
    breaksForNobody("titles");
    watch().look();
    assertThat(open()).isEmpty();

    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        SET session_replication_role = replica;
        INSERT INTO runway.graph_edges (upstream, downstream, kind, source, created_by)
        VALUES ('model:titles', 'model:ranker', 'COORDINATES', 'api', 'ada')
        """);
    assertThat(watch().look()).containsExactly(Fate.OPENED);
  }

  private static void update(String what) throws SQLException {
    POSTGRES.execute(PostgresDatabase.SUPERUSER, "UPDATE runway." + what);
  }

  private static void breaksForNobody(String space) throws SQLException {
    update(
        """
        embedding_stability
        SET measured = jsonb_set(measured::jsonb, '{verdicts,COORDINATES}',
            '{"compatibility": "BREAKING", "reason": "COORDINATES", "models": []}')::text
        WHERE space_id = '%s'
        """
            .formatted(space));
  }

  private static void baseline(
      String space,
      String after,
      int revision,
      String usage,
      String compatibility,
      String reason,
      String models)
      throws SQLException {
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        INSERT INTO runway.embedding_stability (space_id, version_before, version_after,
            document_revision, as_of, baseline, compatibility, items_before, items_after, pairs,
            unusable_pairs, dimensions_before, dimensions_after, sample_size, neighbours,
            eigenspace_instability, measured, computed_at)
        VALUES ('%1$s', 'v5', '%2$s', %3$d, now(), true, '%5$s', 900, 900, 900, 0, 64, 64, 500, 10,
            0.1, '{"metrics": {}, "verdicts": {"%4$s": {"compatibility": "%5$s", "reason": "%6$s",
              "models": %7$s}}}', now())
        ON CONFLICT (space_id, version_before, version_after) DO UPDATE
        SET document_revision = excluded.document_revision, compatibility = excluded.compatibility,
            measured = excluded.measured, computed_at = excluded.computed_at
        """
            .formatted(space, after, revision, usage, compatibility, reason, models));
  }

  @Test
  void approval_isAnAlertOnceItIsEscalated_untilSomebodyJudges() throws Exception {
    UUID id = command("ranker", "AWAITING_APPROVAL", 0, null, null);
    watch().look();
    assertThat(open()).isEmpty();

    set(id, "escalations = 1, reason = 'escalated: nobody has approved'");
    watch().look();
    set(id, "escalations = 2");
    assertThat(watch().look()).isEmpty();
    assertThat(open()).singleElement().asString().startsWith("APPROVAL_ESCALATED ranker");

    set(id, "state = 'GRANTED'");
    watch().look();
    assertThat(open()).isEmpty();
  }

  @Test
  void commandThatTheLedgerDoesNotHave_isAnAlertAfterAnHour_untilItHasIt() throws Exception {
    UUID answered = command("ranker", "REFUSED", 0, "3 hours", "kill_switch: on");
    decision("ranker", answered.toString(), "3 hours");
    decision("ranker", null, "2 hours");
    UUID buried = UUID.randomUUID();
    decision("ranker", buried.toString(), "59 minutes");
    decision("other", "no uuid", "25 hours");
    LedgerWatch watch = watch();
    assertThat(watch.look()).isEmpty();
    assertThat(states()).containsExactly("REFUSED", "null", "UNANSWERED", "UNANSWERED");

    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        "UPDATE runway.retrain_decisions SET computed_at = computed_at - interval '2 minutes'");
    assertThat(watch.look()).containsExactly(Fate.OPENED);
    // The job sends it again with every window.
    decision("ranker", buried.toString(), "10 minutes");
    assertThat(watch.look()).isEmpty();
    assertThat(open())
        .singleElement()
        .asString()
        .startsWith("COMMAND_UNANSWERED ranker RETRAIN of ranker 1 is not in the ledger");

    command(buried, "ranker", "GRANTED", 0, null, null);
    watch.look();
    assertThat(open()).isEmpty();
  }

  @Test
  void commandOfWhichNobodyKnowsWhetherItRuns_isAnAlertAfterTenMinutes_untilSomebodyKnows()
      throws Exception {
    UUID id = command("ranker", "UNKNOWN", 0, null, "unclear: no answer");
    set(id, "scheduler = 'webhook', submitted_at = now() - interval '9 minutes'");
    LedgerWatch watch = watch();
    assertThat(watch.look()).isEmpty();

    set(id, "submitted_at = now() - interval '11 minutes'");
    assertThat(watch.look()).containsExactly(Fate.OPENED);
    // Handed in again, which changes nothing about it.
    set(id, "state = 'SUBMITTED'");
    assertThat(watch.look()).isEmpty();
    assertThat(open())
        .singleElement()
        .asString()
        .startsWith("COMMAND_UNCLEAR ranker RETRAIN of ranker 1 may have been begun by webhook")
        .endsWith("unclear: no answer");

    set(id, "state = 'ACCEPTED'");
    watch.look();
    assertThat(open()).isEmpty();
  }

  @Test
  void commandThatAnOutageMayHaveBegun_isNoAlertOfItsOwnWhileThatLasts() throws Exception {
    dispatching = true;
    awaySince = NOW.minusSeconds(3_600);
    watch().look();
    UUID maestros = command("ranker", "UNKNOWN", 0, null, "unclear: HTTP 503");
    set(maestros, "scheduler = 'maestro', submitted_at = now() - interval '50 minutes'");
    UUID webhooks = command("other", "UNKNOWN", 0, null, "unclear: HTTP 503");
    set(webhooks, "scheduler = 'webhook', submitted_at = now() - interval '2 hours'");

    assertThat(watch().look()).as("nobody asks a webhook again").containsExactly(Fate.OPENED);
    assertThat(open())
        .hasSize(2)
        .anyMatch(line -> line.startsWith("SCHEDULER_DOWN"))
        .anyMatch(line -> line.startsWith("COMMAND_UNCLEAR other"));

    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        "UPDATE runway.alerts SET resolved_at = clock_timestamp(), resolution = 'over'"
            + " WHERE rule = 'SCHEDULER_DOWN'");
    awaySince = null;
    assertThat(watch().look()).containsExactly(Fate.OPENED);
    assertThat(open()).hasSize(2).anyMatch(line -> line.startsWith("COMMAND_UNCLEAR ranker"));
  }

  /**
   * A proxy that answers one order never: the scheduler is well, and nobody would be told which.
   */
  @Test
  void commandThatMayBeTheWholeOutage_isNamedAtOnce_andIsAnAlertAfterAnHour() throws Exception {
    dispatching = true;
    awaySince = NOW.minusSeconds(60);
    awayBecause = "HTTP 504, asked for RETRAIN of ranker\0";
    watch().look();
    assertThat(open())
        .singleElement()
        .asString()
        .endsWith("; HTTP 504, asked for RETRAIN of ranker?");
    UUID first = command("ranker", "UNKNOWN", 0, null, "unclear: HTTP 504");
    set(first, "scheduler = 'maestro', submitted_at = now() - interval '59 minutes'");
    UUID second = command("other", "UNKNOWN", 0, null, "unclear: HTTP 504");
    set(second, "scheduler = 'maestro', submitted_at = now() - interval '58 minutes'");
    assertThat(watch().look()).isEmpty();

    set(first, "submitted_at = now() - interval '62 minutes'");
    set(second, "submitted_at = now() - interval '61 minutes'");
    assertThat(watch().look()).as("one of them says enough").containsExactly(Fate.OPENED);
    assertThat(watch().look()).isEmpty();
    assertThat(open()).hasSize(2).anyMatch(line -> line.startsWith("COMMAND_UNCLEAR ranker"));

    set(first, "state = 'ACCEPTED'");
    assertThat(watch().look()).as("then it may be the next one").containsExactly(Fate.OPENED);
    assertThat(open()).hasSize(2).anyMatch(line -> line.startsWith("COMMAND_UNCLEAR other"));
  }

  @Test
  void commandThatTheSchedulerOfTodayIsNotAskedFor_isAnAlertInAnOutageToo() throws Exception {
    dispatching = true;
    awaySince = NOW.minusSeconds(60);
    watch().look();
    UUID elsewhere = command("ranker", "UNKNOWN", 0, null, "unclear: HTTP 503");
    set(elsewhere, "scheduler = 'airflow', submitted_at = now() - interval '11 minutes'");
    unasked = Set.of(elsewhere);

    assertThat(watch().look()).containsExactly(Fate.OPENED);

    unasked = null;
    assertThat(watch().look()).isEmpty();
    assertThat(open()).hasSize(2).anyMatch(line -> line.startsWith("COMMAND_UNCLEAR ranker"));
  }

  @Test
  void commandThatNobodyCanAskFor_isAnAlert_ofWhoeverDispatches() throws Exception {
    UUID id = command("ranker", "RUNNING", 0, null, null);
    set(id, "scheduler = 'local', submitted_at = now() - interval '11 minutes'");
    assertThat(watch().look()).isEmpty();

    unasked = Set.of(id);
    assertThat(watch().look()).containsExactly(Fate.OPENED);
    assertThat(open())
        .singleElement()
        .asString()
        .startsWith("COMMAND_UNCLEAR ranker RETRAIN of ranker 1 is with local where nobody can be");

    unasked = null;
    watch().look();
    assertThat(open()).as("one that does not dispatch does not know").hasSize(1);
    withoutScheduler().look();
    assertThat(open()).as("nor does one without a scheduler").hasSize(1);
    unasked = Set.of();
    watch().look();
    assertThat(open()).isEmpty();
  }

  @Test
  void commandThatTheSchedulerHasNotGotInTime_isAnAlertUntilItHasIt() throws Exception {
    UUID id = command("ranker", "QUEUED", 0, null, "fleet_cap: full");
    set(id, "issued_at = now() - interval '23 hours'");
    UUID done = command("other", "RUNNING", 0, null, null);
    set(done, "issued_at = now() - interval '3 days', accepted_at = now()");
    LedgerWatch watch = watch();
    assertThat(watch.look()).isEmpty();

    set(id, "issued_at = now() - interval '25 hours'");
    assertThat(watch.look()).containsExactly(Fate.OPENED);
    assertThat(watch.look()).isEmpty();
    assertThat(open())
        .singleElement()
        .asString()
        .startsWith("SLA_MISSED ranker RETRAIN of ranker 1 is not with the scheduler within 24 h");

    set(id, "state = 'ACCEPTED', accepted_at = now()");
    watch.look();
    assertThat(open()).isEmpty();
  }

  @Test
  void commandThatALaterOneMadeUpFor_isNoAlert() throws Exception {
    decision("ranker", UUID.randomUUID().toString(), "3 hours");
    watch().look();
    assertThat(open()).hasSize(1);

    UUID next = command("ranker", "RUNNING", 0, null, null);
    decision("ranker", next.toString(), "1 second");
    watch().look();

    assertThat(open()).isEmpty();
  }

  @Test
  void modelThatIsRetired_hasNoAlerts() throws Exception {
    command("ranker", "FAILED", 0, "1 minute", "x");
    baseline("ranker", "v2", 1, "COORDINATES", "BREAKING", "COORDINATES", "[]"); // The space is it.
    assertThat(watch().look()).containsExactly(Fate.OPENED, Fate.OPENED);
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        INSERT INTO runway.models (model_id, revision, state, owner, team, tier, tags,
                                   strict_versions, judging, message)
        VALUES ('ranker', 1, 'RETIRED', 'ada', 'ranking', 2, '{}', false, '{}', NULL)
        """);
    watch().look();
    watch().look();

    assertThat(open()).isEmpty();
    assertThat(one("SELECT string_agg(revision::text, ' ') FROM runway.alerts")).isEqualTo("2 2");
  }

  @Test
  void schedulerThatIsAway_isAnAlertAfterAWhile_forWhoeverDispatches() throws Exception {
    awaySince = NOW.minusSeconds(20);
    dispatching = true;
    LedgerWatch watch = watch();
    watch.look();
    assertThat(open()).isEmpty();

    awaySince = NOW.minusSeconds(40);
    assertThat(watch.look()).containsExactly(Fate.OPENED);
    assertThat(watch.look()).isEmpty();

    // Another instance takes over and does not know yet; then it finds the same.
    LedgerWatch next = watch();
    awaySince = null;
    next.look();
    nanos += Duration.ofSeconds(10).toNanos();
    next.look();
    awaySince = NOW.minusSeconds(31);
    next.look();
    assertThat(open()).hasSize(1);

    // One that does not dispatch knows nothing of it.
    dispatching = false;
    awaySince = null;
    nanos += Duration.ofMinutes(5).toNanos();
    next.look();
    assertThat(open()).hasSize(1);

    dispatching = true;
    next.look();
    nanos += Duration.ofSeconds(30).toNanos();
    next.look();
    assertThat(open()).isEmpty();
    assertThat(one("SELECT count(*) FROM runway.alerts")).isEqualTo("1");
  }

  private static UUID command(
      String model, String state, int escalations, String endedAgo, String reason)
      throws SQLException {
    return command(UUID.randomUUID(), model, state, escalations, endedAgo, reason);
  }

  private static UUID command(
      UUID id, String model, String state, int escalations, String endedAgo, String reason)
      throws SQLException {
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        SET session_replication_role = replica;
        INSERT INTO runway.retrain_commands (command_id, model_id, model_version, action,
            reason_class, episode, attempt, tier, team, severity, severity_class, priority, mode,
            wave, generation, evidence_hash, command, asked_by, issued_at, received_at, rank_at,
            state, state_revision, state_at, reason, escalations, ended_at, new_version,
            estimated_cost, message)
        VALUES ('%1$s', '%2$s', '1', 'RETRAIN', 'DRIFT', '%1$s', 1, 2, 'ranking', 0.7, 'HIGH', 0,
            'AUTO', 0, 0, repeat('0', 64), '', 'topic:test', now(), now(), now(), '%3$s', 1, now(),
            %4$s, %5$d, %6$s, CASE '%3$s' WHEN 'SUCCEEDED' THEN '2' END, 50, '')
        """
            .formatted(
                id,
                model,
                state,
                reason == null ? "NULL" : "'" + reason + "'",
                escalations,
                endedAgo == null ? "NULL" : "now() - interval '" + endedAgo + "'"));
    return id;
  }

  private static void decision(String model, String command, String ago) throws SQLException {
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        INSERT INTO runway.retrain_decisions (decision_id, model_id, model_version, window_end_at,
            verdict, mode, command_id, state_before, state_after, coverage, signals, inputs,
            explanation, evidence_hash, tier, team, decided_at, computed_at)
        VALUES (gen_random_uuid(), '%s', '1', now(), 'RETRAIN', 'AUTO', %s, 'STALE', 'STALE', 0.5,
            '{"parts":{},"missing":[],"features":[]}', '{}', 'sent', repeat('0', 64), 2, 'ranking',
            now(), now() - interval '%s')
        """
            .formatted(model, command == null ? "NULL" : "'" + command + "'", ago));
  }

  /** As everybody may read them: the ranker's by age, then the other's. */
  private static List<String> states() throws SQLException {
    return POSTGRES
        .query(
            "runway_reader",
            "SELECT command_state FROM runway.v_decisions ORDER BY model_id DESC, computed_at")
        .stream()
        .map(row -> String.valueOf(row.get(0)))
        .toList();
  }

  private static void set(UUID id, String values) throws SQLException {
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        "SET session_replication_role = replica; UPDATE runway.retrain_commands SET "
            + values
            + " WHERE command_id = '"
            + id
            + "'");
  }

  private static List<String> open() throws SQLException {
    return POSTGRES
        .query(
            PostgresDatabase.SUPERUSER,
            "SELECT concat_ws(' ', rule, model_id, summary) FROM runway.alerts"
                + " WHERE resolved_at IS NULL ORDER BY opened_at")
        .stream()
        .map(row -> row.get(0))
        .toList();
  }

  private static String one(String sql) throws SQLException {
    return POSTGRES.query(PostgresDatabase.SUPERUSER, sql).get(0).get(0);
  }
}
