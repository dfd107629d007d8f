package dev.runway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.postgres.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is rolled up says what the facts say, made or not, in steps of any size. */
class RollUpsITCase {
  private static final String DATABASE = "rollups";
  private static final Instant BEGIN = Instant.parse("2031-01-01T00:00:00Z");

  private static final List<String> ROLL_UPS =
      List.of("performance", "coverage", "evaluation", "verdicts");

  private static final String OUTCOMES =
      "SELECT v::text FROM v_retrain_outcomes AS v ORDER BY command_id";

  @TempDir static Path home;

  private static PostgresServer server;

  @BeforeAll
  static void startServer() throws Exception {
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx--x--x"));
    server = new PostgresServer(home, Path.of("target", "postgres"), MigrationsITCase.freePort());
    server.start();
    server.createDatabase(DATABASE);
    migrate(Migrations.SCHEMA);
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void empty() throws Exception {
    execute(
        PostgresServer.SUPERUSER,
        // Commands never change: not by a trigger.
        "SET session_replication_role = replica",
        "TRUNCATE performance, master_performance, label_coverage, master_label_coverage, staleness,"
            + " staleness_now, performance_days, performance_due, coverage_days, coverage_due,"
            + " evaluation_hours, evaluation_due, retrain_verdicts, verdicts_due, deployments,"
            + " model_versions, models, retrain_commands CASCADE");
  }

  @Test
  void coverageDays_areTheSumsOfTheirWindows_madeOrNot() throws Exception {
    Random random = new Random(20_261_128);
    for (int round = 0; round < 9; round++) {
      for (int i = 0; i < 25; i++) {
        execute(
            RolePasswords.WRITER,
            coverage(
                "runway",
                random.nextInt(4) == 0 ? "master_label_coverage" : "label_coverage",
                "model-" + random.nextInt(2),
                random.nextInt(5) == 0 ? "segment" : "*",
                BEGIN.plus(random.nextInt(24 * 4), ChronoUnit.HOURS),
                random.nextInt(9),
                random.nextInt(3) == 0 ? "PROVISIONAL" : "FINAL",
                round));
      }
      requireCoverageOfWindows("runway");
      if (round % 3 == 2) {
        assertThat(made("coverage", 1_000)).isPositive();
        assertThat(query("SELECT 1 FROM coverage_due")).isEmpty();
        requireCoverageOfWindows("runway");
      }
    }
  }

  /** The day of the newest final window and the six before, of all versions. */
  @Test
  void finalCoverage_isOfSevenDays_madeOrNot() throws Exception {
    Instant newest = BEGIN.plus(20, ChronoUnit.DAYS);
    for (int age = 0; age < 10; age++) {
      execute(
          RolePasswords.WRITER,
          coverage(
              "runway",
              "label_coverage",
              "m",
              "*",
              newest.minus(age, ChronoUnit.DAYS),
              age,
              "FINAL",
              1));
    }
    execute(
        RolePasswords.WRITER,
        coverage(
            "runway",
            "label_coverage",
            "m",
            "*",
            newest.plus(1, ChronoUnit.DAYS),
            1,
            "PROVISIONAL",
            1));
    String asked =
        "SELECT concat_ws(' ', windows, matured, matched_matured, round(coverage::numeric, 6),"
            + " final_at = '%s', last_at - final_at) FROM v_final_coverage".formatted(newest);
    // Of 10 predictions a window 0 to 6 have a label.
    assertThat(query(asked)).containsExactly("7 70 21 0.300000 t 1 day");
    made("coverage", 1_000);
    assertThat(query(asked)).containsExactly("7 70 21 0.300000 t 1 day");
  }

  @Test
  void steps_takeTheNewestAndTheOldest_andNoMoreThanIsAsked() throws Exception {
    for (int day = 0; day < 9; day++) {
      execute(
          RolePasswords.WRITER,
          performance("runway", "performance", "m", "1", "auc", at(day), 0.5, "FINAL", 1));
    }
    assertThat(made("performance", 4)).isEqualTo(4);
    assertThat(query("SELECT DISTINCT day - date '2031-01-01' FROM performance_due ORDER BY 1"))
        .containsExactly("2", "3", "4", "5", "6");
    assertThat(query("SELECT waiting FROM v_roll_ups WHERE roll_up = 'performance_days'"))
        .containsExactly("5");

    assertThat(made("performance", 1)).as("the newest").isEqualTo(1);
    assertThat(query("SELECT max(day) - date '2031-01-01' FROM performance_due"))
        .containsExactly("5");
    assertThat(made("performance", 10)).as("all that there are").isEqualTo(4);
    assertThat(made("performance", 10)).isZero();
    assertThat(query("SELECT waiting || ' ' || seconds FROM v_roll_ups")).containsOnly("0 0");
  }

  /** One that cannot be made is passed by, wherever it stands in their order. */
  @Test
  void turns_takeEachOfThem() throws Exception {
    for (int day = 0; day < 4; day++) {
      execute(
          RolePasswords.WRITER,
          performance("runway", "performance", "m", "1", "auc", at(day), 0.5, "FINAL", 1),
          coverage("runway", "label_coverage", "m", "*", at(day), 3, "FINAL", 1),
          judgement("runway", at(day)));
      retrained("m" + day, at(20), 0.5, Double.NaN);
    }
    // What retrains rest on is noted too; here it only stands in the way.
    execute(
        PostgresServer.SUPERUSER,
        "DELETE FROM performance_due WHERE model_id <> 'm'",
        "TRUNCATE verdicts_due",
        "INSERT INTO verdicts_due (command_id) SELECT command_id FROM retrain_commands");
    for (String what : ROLL_UPS) {
      String key =
          switch (what) {
            case "evaluation" -> "hour_at";
            case "verdicts" -> "command_id";
            default -> "model_id, day";
          };
      String due =
          "SELECT string_agg(n::text, ' ' ORDER BY n::text), count(*) FROM (SELECT DISTINCT %s FROM"
              + " runway.%s_due) AS n";
      Set<String> taken = new HashSet<>();
      for (int turn = 1; turn <= 4; turn++) {
        try (Connection undone = server.connect(PostgresServer.SUPERUSER, DATABASE);
            Statement statement = undone.createStatement()) {
          undone.setAutoCommit(false);
          statement.executeQuery("SELECT runway.roll_up_%s(1, %d)".formatted(what, turn)).close();
          try (ResultSet left = statement.executeQuery(due.formatted(key, what))) {
            left.next();
            assertThat(left.getInt(2)).as(what).isEqualTo(3);
            taken.add(left.getString(1));
          }
          undone.rollback();
        }
      }
      assertThat(taken).as(what).hasSize(4);
    }
  }

  /** Somebody else is at it, or it is cut off: nothing is lost. */
  @Test
  void stepThatIsUndone_isDueAllTheSame() throws Exception {
    execute(
        RolePasswords.WRITER,
        performance("runway", "performance", "m", "1", "auc", at(1), 0.5, "FINAL", 1));
    try (Connection cut = server.connect(RolePasswords.WRITER, DATABASE);
        Statement statement = cut.createStatement()) {
      cut.setAutoCommit(false);
      statement.executeQuery("SELECT roll_up_performance(10)").close();
      assertThat(made("performance", 10)).as("one at a time").isZero();
      cut.rollback();
    }
    assertThat(query("SELECT windows FROM v_performance_days")).containsExactly("1");
    assertThat(made("performance", 10)).isEqualTo(1);
  }

  @Test
  void rollUps_areTheWritersAndNobodyElses() throws Exception {
    for (String what : ROLL_UPS) {
      String call = "SELECT roll_up_%s(1)".formatted(what);
      assertThat(query(RolePasswords.WRITER, call)).as(what).containsExactly("0");
      for (String role : List.of(RolePasswords.READER, RolePasswords.API)) {
        assertThatThrownBy(() -> query(role, call))
            .isInstanceOfSatisfying(
                SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
      }
    }
  }

  @Test
  void verdicts_areWhatTheWindowsSay_madeOrNot() throws Exception {
    // Deployed at noon of day 20, with a week on both sides; others not at all, or without labels.
    retrained("better", at(20).plus(12, ChronoUnit.HOURS), 0.5, 0.3);
    retrained("worse", at(30), 0.5, 0.6);
    retrained("unlabelled", at(20), 0.5, Double.NaN);
    retrained("undeployed", null, 0.5, Double.NaN);
    List<String> facts = query(OUTCOMES);
    assertThat(query("SELECT coalesce(verdict, 'none') FROM v_retrain_outcomes ORDER BY model_id"))
        .containsExactly("BETTER", "none", "none", "WORSE");

    rollUp();

    assertThat(query("SELECT count(*) FROM retrain_verdicts")).containsExactly("3");
    assertThat(query(OUTCOMES)).isEqualTo(facts);
    assertThat(readsWindows()).as("made, so that no window is read").isFalse();

    // A window of the first week by the archive.
    execute(
        RolePasswords.WRITER,
        performance(
            "runway",
            "master_performance",
            "better",
            "2",
            "log_loss",
            at(22).plus(1, ChronoUnit.HOURS),
            0.7,
            "FINAL",
            1));
    List<String> changed = query(OUTCOMES);
    assertThat(changed).isNotEqualTo(facts);
    assertThat(readsWindows()).isTrue();
    assertThat(made("performance", 100)).isPositive();
    assertThat(query(OUTCOMES)).as("its day is made, and it is not").isEqualTo(changed);
    assertThat(made("verdicts", 100)).isEqualTo(1);
    assertThat(query(OUTCOMES)).isEqualTo(changed);

    // Of another week nothing changes, and nothing is made.
    execute(
        RolePasswords.WRITER,
        performance("runway", "performance", "better", "2", "log_loss", at(40), 0.9, "FINAL", 1));
    assertThat(made("performance", 100)).isPositive();
    assertThat(made("verdicts", 100)).isZero();
    assertThat(query(OUTCOMES)).isEqualTo(changed);
  }

  /** A batch run computes windows anew; the verdict has been known since the first of them. */
  @Test
  void timeSinceWhichAVerdictIsKnown_staysWhenWindowsAreComputedAnew() throws Exception {
    retrained("m", at(20), 0.5, 0.3);
    rollUp();
    List<String> known = query("SELECT known_at FROM v_retrain_outcomes");
    assertThat(known).doesNotContainNull().hasSize(1);

    execute(
        PostgresServer.SUPERUSER,
        "UPDATE performance SET computed_at = computed_at + interval '30 days'");
    assertThat(query("SELECT known_at FROM v_retrain_outcomes")).isEqualTo(known);
    rollUp();
    assertThat(query("SELECT known_at FROM v_retrain_outcomes")).isEqualTo(known);
  }

  /**
   * Rows of before roll-ups, of which their own migration noted only some: days that the archive
   * alone knows, those more than a year before the newest, and judgements by clocks of long ago.
   */
  @Test
  void everythingOfBefore_isRolledUpInTheEnd() throws Exception {
    String schema = "older";
    RolePasswords passwords = RolePasswords.from(server.secrets()::password);
    try (Connection admin = server.connect(PostgresServer.SUPERUSER, DATABASE)) {
      Roles.prepare(admin, schema, passwords);
    }
    Flyway.configure()
        .configuration(
            Migrations.flyway(server.jdbcUrl(DATABASE), schema, passwords).getConfiguration())
        .target("46")
        .load()
        .migrate();
    Instant now = Instant.now().truncatedTo(ChronoUnit.HOURS);
    for (int age : new int[] {0, 1, 300, 500, 10_000}) {
      Instant end = now.minus(age, ChronoUnit.DAYS);
      execute(
          PostgresServer.SUPERUSER,
          performance(schema, "performance", "both", "1", "auc", end, 0.5, "FINAL", 1),
          performance(schema, "master_performance", "archived", "1", "auc", end, 0.7, "FINAL", 1),
          coverage(schema, "label_coverage", "both", "*", end, 3, "FINAL", 1),
          coverage(schema, "master_label_coverage", "archived", "*", end, 4, "FINAL", 1),
          judgement(schema, end.minus(2, ChronoUnit.HOURS)),
          judgement(schema, end));
    }

    migrate(schema);
    for (String when : List.of("not made yet", "made")) {
      for (String[] pair :
          new String[][] {
            {
              "SELECT concat_ws(' ', model_id, day, windows, round(mean::numeric, 9)) FROM v_performance_days ORDER BY 1",
              "SELECT concat_ws(' ', model_id, (window_end_at - interval '1 us')::date, 1, round(value::numeric, 9))"
                  + " FROM v_performance ORDER BY 1"
            },
            {
              "SELECT concat_ws(' ', hour_at, judgements, gap_seconds) FROM v_evaluation_hours ORDER BY 1",
              "SELECT concat_ws(' ', date_trunc('hour', judged_at), count(*), sum(gap_seconds))"
                  + " FROM v_evaluation_gaps GROUP BY date_trunc('hour', judged_at) ORDER BY 1"
            }
          }) {
        assertThat(of(schema, pair[0]))
            .as(when)
            .isEqualTo(of(schema, pair[1]))
            .hasSizeGreaterThan(4);
      }
      requireCoverageOfWindows(schema);
      for (String what : ROLL_UPS) {
        assertThat(of(schema, "SELECT roll_up_%s(10000)".formatted(what))).hasSize(1);
      }
    }
    assertThat(of(schema, "SELECT sum(waiting) FROM v_roll_ups")).containsExactly("0");
    assertThat(of(schema, "SELECT count(*) FROM performance_days")).containsExactly("10");
    assertThat(of(schema, "SELECT count(*) FROM coverage_days")).containsExactly("10");
    assertThat(of(schema, "SELECT count(*) FROM evaluation_hours")).containsExactly("5");
  }

  private static void requireCoverageOfWindows(String schema) throws SQLException {
    String line = "SELECT concat_ws(' ', model_id, model_version, %s, provisional, %s) FROM %s ";
    assertThat(
            of(
                schema,
                line.formatted(
                        "day",
                        "windows, received, predictions, matured, matched_matured, master",
                        "v_coverage_days")
                    + "ORDER BY 1"))
        .isEqualTo(
            of(
                schema,
                line.formatted(
                        "(window_end_at - interval '1 us')::date",
                        "count(*), sum(received), sum(predictions), sum(matured),"
                            + " sum(matched_matured), bool_or(master)",
                        "v_label_coverage")
                    + "WHERE segment = '*' AND variant = '*' GROUP BY model_id, model_version,"
                    + " (window_end_at - interval '1 us')::date, provisional ORDER BY 1"))
        .isNotEmpty();
  }

  /** Whether any window is looked at to tell all outcomes. */
  private static boolean readsWindows() throws SQLException {
    return query(
            PostgresServer.SUPERUSER,
            "EXPLAIN (ANALYZE, TIMING off, COSTS off, SUMMARY off, BUFFERS off) SELECT * FROM"
                + " v_retrain_outcomes WHERE deployed_at IS NOT NULL")
        .stream()
        .anyMatch(line -> line.contains("performance_rest") && !line.contains("never executed"));
  }

  private static void rollUp() throws SQLException {
    for (String what : ROLL_UPS) {
      made(what, 10_000);
    }
  }

  private static int made(String what, int most) throws SQLException {
    return Integer.parseInt(
        query(RolePasswords.WRITER, "SELECT roll_up_%s(%d)".formatted(what, most)).get(0), 10);
  }

  /** A command, its version, and windows of a week on both sides. */
  private static void retrained(
      String model, @Nullable Instant deployed, double before, double after) throws SQLException {
    execute(
        PostgresServer.SUPERUSER,
        """
        INSERT INTO models (model_id, revision, state, owner, team, tier, tags, strict_versions, judging, message)
        VALUES ('%s', 1, 'ACTIVE', 'owner', 'team', 2, '{}', false, '{}', '\\x00')
        """
            .formatted(model),
        """
        INSERT INTO model_versions (model_id, version, revision, state, metrics, hyperparameters, features, created_by)
        VALUES ('%s', '2', 1, 'LIVE', '{}', '{}', '{}', 'test')
        """
            .formatted(model),
        """
        INSERT INTO retrain_commands (command_id, model_id, model_version, action, reason_class, episode, attempt,
          tier, severity, severity_class, priority, mode, wave, generation, evidence_hash, command, asked_by,
          issued_at, received_at, rank_at, state, state_revision, state_at, estimated_cost, message, new_version)
        VALUES (gen_random_uuid(), '%s', '1', 'RETRAIN', 'DRIFT', 'e', 1, 2, 0.8, 'HIGH', 5, 'AUTO', 0, 0,
          repeat('0', 64), '\\x00', 'test', now(), now(), now(), 'AWAITING_APPROVAL', 1, now(), 1, '\\x00', '2')
        """
            .formatted(model));
    if (deployed == null) {
      return;
    }
    execute(
        PostgresServer.SUPERUSER,
        """
        INSERT INTO deployments (model_id, version, environment, role, share, revision, started_at, created_by)
        VALUES ('%s', '2', 'production', 'PRIMARY', 1, 1, '%s', 'test')
        """
            .formatted(model, deployed));
    for (int day = -8; day <= 8; day++) {
      if (day <= 0 || !Double.isNaN(after)) {
        Instant end = deployed.plus(day, ChronoUnit.DAYS).plus(day > 0 ? 1 : 0, ChronoUnit.HOURS);
        double value = (day > 0 ? after : before) + day / 1_000.0;
        execute(
            RolePasswords.WRITER,
            performance(
                "runway",
                "performance",
                model,
                day > 0 ? "2" : "1",
                "log_loss",
                end,
                value,
                "FINAL",
                1));
      }
    }
  }

  private static Instant at(int day) {
    return BEGIN.plus(day, ChronoUnit.DAYS).plus(1, ChronoUnit.HOURS);
  }

  private static String performance(
      String schema,
      String table,
      String model,
      String version,
      String metric,
      Instant end,
      double value,
      String maturity,
      int revision) {
    return """
    INSERT INTO %s.%s (model_id, model_version, task, segment, variant, window_start_at, window_end_at, metric,
      value, low, high, se, samples, effective_samples, maturity, estimated, revision, computed_at)
    VALUES ('%s', '%s', 'BINARY', '*', '*', '%s', '%s', '%s', %s, 0, 1, 0.001, 9, 9, '%s', false, %d, '%s')
    """
        .formatted(
            schema,
            table,
            model,
            version,
            end.minus(1, ChronoUnit.HOURS),
            end,
            metric,
            value,
            maturity,
            revision,
            end.plus(7, ChronoUnit.DAYS));
  }

  /** Ten predictions, all due, so many with a label. */
  private static String coverage(
      String schema,
      String table,
      String model,
      String segment,
      Instant end,
      int joined,
      String maturity,
      int revision) {
    return """
    INSERT INTO %1$s.%2$s AS kept (model_id, model_version, task, segment, variant, window_start_at,
      window_end_at, received, predictions, joined, waiting, unlabelled, duplicates, conflicts, matured,
      matched_matured, maturity, revision, computed_at)
    VALUES ('%3$s', 'v', 'BINARY', '%4$s', '*', '%7$s', '%5$s', 11, 10, %6$d, 0, %8$d, 1, 0, 10, %6$d, '%9$s',
      %10$d, '%5$s')
    ON CONFLICT (model_id, model_version, task, segment, variant, window_start_at, window_end_at)
    DO UPDATE SET joined = excluded.joined, unlabelled = excluded.unlabelled,
      matched_matured = excluded.matched_matured, maturity = excluded.maturity,
      revision = excluded.revision
    """
        .formatted(
            schema,
            table,
            model,
            segment,
            end,
            joined,
            end.minus(1, ChronoUnit.HOURS),
            10 - joined,
            maturity,
            revision);
  }

  private static String judgement(String schema, Instant at) {
    return """
    INSERT INTO %1$s.staleness (model_id, model_version, revision, state, previous_state, since_at, coverage,
      signals, window_end_at, tier, judged_at, computed_at)
    VALUES ('m', 'v', %2$d, 'HEALTHY', 'HEALTHY', '%3$s', 0.5, '{}', '%3$s', 2, '%3$s', '%3$s')
    """
        .formatted(schema, at.toEpochMilli(), at);
  }

  private static int migrate(String schema) {
    return Migrations.migrate(
        server.jdbcUrl(DATABASE),
        PostgresServer.SUPERUSER,
        server.secrets().password(PostgresServer.SUPERUSER),
        schema,
        RolePasswords.from(server.secrets()::password));
  }

  /** What a schema answers, in UTC. */
  private static List<String> of(String schema, String sql) throws SQLException {
    return query(PostgresServer.SUPERUSER, schema, sql);
  }

  private static List<String> query(String sql) throws SQLException {
    return query(PostgresServer.SUPERUSER, sql);
  }

  private static List<String> query(String role, String sql) throws SQLException {
    return query(role, Migrations.SCHEMA, sql);
  }

  private static List<String> query(String role, String schema, String sql) throws SQLException {
    try (Connection connection = server.connect(role, DATABASE);
        Statement statement = connection.createStatement()) {
      statement.execute("SET search_path = " + schema);
      statement.execute("SET timezone = 'UTC'");
      try (ResultSet rows = statement.executeQuery(sql)) {
        List<String> values = new ArrayList<>();
        while (rows.next()) {
          values.add(rows.getString(1));
        }
        return values;
      }
    }
  }

  private static void execute(String role, String... statements) throws SQLException {
    try (Connection connection = server.connect(role, DATABASE);
        Statement statement = connection.createStatement()) {
      statement.execute("SET search_path = " + Migrations.SCHEMA);
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
