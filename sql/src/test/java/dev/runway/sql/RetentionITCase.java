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
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Facts are in pieces by time: what is old goes, and only that. The clock is told. */
class RetentionITCase {
  private static final String DATABASE = "retention";

  /** A Wednesday in years to come: what is there before is in the first piece. */
  private static final Instant BEGIN = Instant.parse("2031-01-01T00:00:00Z");

  private static final List<String> BY_MONTH =
      List.of(
          "performance",
          "label_coverage",
          "label_delay",
          "master_performance",
          "master_label_coverage",
          "master_label_delay");

  private static final List<String> ALL =
      List.of(
          "performance",
          "label_coverage",
          "label_delay",
          "master_performance",
          "master_label_coverage",
          "master_label_delay",
          "drift_readings",
          "drift_tiles",
          "staleness",
          "retrain_decisions");

  private static final Pattern SCAN = Pattern.compile(" on (\\w+)");

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
    for (String table : ALL) {
      execute(PostgresServer.SUPERUSER, "TRUNCATE runway." + table);
    }
    execute(
        PostgresServer.SUPERUSER,
        "TRUNCATE runway.performance_days, runway.performance_due, runway.evaluation_hours,"
            + " runway.evaluation_due, runway.staleness_now, runway.coverage_days,"
            + " runway.coverage_due, runway.retrain_verdicts, runway.verdicts_due");
  }

  /**
   * What was computed 91 days ago goes, whatever its piece; and what is of a piece that is over.
   */
  @ParameterizedTest
  @CsvSource({"drift_readings, 90", "drift_tiles, 8", "staleness, 90", "retrain_decisions, 90"})
  void day91_goesAndOnlyThat(String table, int keep) throws Exception {
    Instant now = BEGIN.plus(keep + 20L, ChronoUnit.DAYS);
    for (int day = 0; day <= keep + 17; day += table.equals("drift_tiles") ? 1 : 7) {
      upkeep(table, BEGIN.plus(day, ChronoUnit.DAYS));
    }
    Instant old = Instant.parse("1990-01-01T00:00:00Z");
    for (int age : new int[] {keep - 1, keep, keep + 1, keep + 2}) {
      Instant at = now.minus(age, ChronoUnit.DAYS).plus(age == keep ? 60 : 0, ChronoUnit.MINUTES);
      write(table, "age-" + age, at, at);
      write(table, "replayed-" + age, old, at);
    }
    Map<String, String> before = rows(table);
    assertThat(before).hasSize(8);
    assertThat(names(table + "_rest")).allSatisfy(row -> assertThat(row).startsWith("replayed-"));

    upkeep(table, now);

    Map<String, String> kept = new TreeMap<>(before);
    kept.keySet().removeIf(name -> name.endsWith("-" + (keep + 1)));
    kept.keySet().removeIf(name -> name.endsWith("-" + (keep + 2)));
    assertThat(rows(table)).isEqualTo(kept).hasSize(4);
    assertThat(upkeep(table, now)).as("again").isZero();
    assertThat(rows(table)).isEqualTo(kept);

    assertThat(
            pieces(
                table,
                "from_at IS NOT NULL AND to_at <= timestamptz '%s' - interval '%d days'"
                    .formatted(now, keep)))
        .as("nothing is left of what is over")
        .isEmpty();
    assertThat(pieces(table, "from_at IS NOT NULL")).isNotEmpty();
  }

  /** Months go whole: rows stay for a year at least. */
  @Test
  void monthThatEndedAYearAgo_goesAndOnlyThat() throws Exception {
    for (String table : BY_MONTH) {
      for (int day = 0; day < 380; day += 28) {
        upkeep(table, BEGIN.plus(day, ChronoUnit.DAYS));
      }
      Map<String, Instant> ends =
          Map.of(
              "end-of-january", Instant.parse("2031-01-31T23:59:59Z"),
              "february", Instant.parse("2031-02-01T00:00:00Z"),
              "a-year-ago", Instant.parse("2031-02-20T00:00:00Z"),
              "now", Instant.parse("2032-02-20T00:00:00Z"));
      for (var end : ends.entrySet()) {
        write(table, end.getKey(), end.getValue(), end.getValue());
      }
      Map<String, String> before = rows(table);

      upkeep(table, Instant.parse("2032-02-20T12:00:00Z"));

      before.remove("end-of-january");
      assertThat(rows(table)).as(table).isEqualTo(before).hasSize(3);
      assertThat(pieces(table, "to_at < '2032-02-20'"))
          .contains(table + "_2031_02", table + "_2031_12")
          .doesNotContain(table + "_2031_01", table + "_early");
    }
  }

  @Test
  void rowOfADroppedDay_isTakenUntilItIsOldItself() throws Exception {
    for (String table : ALL) {
      Instant now = BEGIN.plus(500, ChronoUnit.DAYS);
      upkeep(table, BEGIN);
      // Ten pieces at once, and other tests may have left some.
      for (int i = 0; i < 5; i++) {
        upkeep(table, now);
      }
      write(table, "late", BEGIN.plusSeconds(3600), now);
      upkeep(table, now);
      assertThat(rows(table).keySet()).as(table).containsExactly("late");
      assertThat(names(table + "_rest")).as(table).containsExactly("late");

      upkeep(table, now.plus(367, ChronoUnit.DAYS));
      assertThat(rows(table)).as(table).isEmpty();
    }
  }

  /** Nobody looked after the pieces for so long that there was none. */
  @Test
  void rowsThatCameBeforeTheirPiece_areMovedIntoIt() throws Exception {
    for (String table : ALL) {
      Instant then = BEGIN.plus(5_000, ChronoUnit.DAYS);
      write(table, "first", then, then);
      write(table, "second", then.plusSeconds(1), then);
      Map<String, String> before = rows(table);
      assertThat(names(table + "_rest")).as(table).containsExactly("first", "second");

      upkeep(table, then);

      assertThat(rows(table)).as(table).isEqualTo(before).hasSize(2);
      assertThat(names(table + "_rest")).as(table).isEmpty();
      write(table, "first", then, then.plusSeconds(9));
      assertThat(rows(table)).as(table + " has one row of a key").hasSize(2);
    }
  }

  /** It is let go on, and what is old goes a minute later. */
  @Test
  void readerThatHoldsATable_isNotWaitedForLong() throws Exception {
    upkeep("drift_tiles", BEGIN);
    write("drift_tiles", "old", BEGIN, BEGIN.plus(90, ChronoUnit.DAYS));
    Instant now = BEGIN.plus(30, ChronoUnit.DAYS);

    try (Connection reader = server.connect(RolePasswords.READER, DATABASE);
        Statement statement = reader.createStatement()) {
      reader.setAutoCommit(false);
      statement.executeQuery("SELECT count(*) FROM v_drift_tiles").close();

      upkeep("drift_tiles", now);
      assertThat(rows("drift_tiles").keySet()).containsExactly("old");
      reader.commit();
    }
    upkeep("drift_tiles", now);
    assertThat(rows("drift_tiles")).isEmpty();
  }

  @Test
  void queryOfASpan_readsThePiecesOfThatSpanAlone() throws Exception {
    for (int day = 0; day < 100; day += 28) {
      for (String table : ALL) {
        upkeep(table, BEGIN.plus(day, ChronoUnit.DAYS));
      }
    }
    String plan = "EXPLAIN SELECT * FROM %s WHERE model_id = 'm' AND %s";
    String february = "%1$s >= '2031-02-10Z' AND %1$s < '2031-02-11Z'";

    assertThat(touched(plan.formatted("v_label_delay", february.formatted("window_end_at"))))
        .contains("label_delay_2031_02", "master_label_delay_2031_02")
        .doesNotContain("label_delay_2031_01", "label_delay_early", "label_delay_rest");
    assertThat(touched(plan.formatted("v_drift_tiles", february.formatted("window_end_at"))))
        .containsExactly("drift_tiles_rest");
    assertThat(touched(plan.formatted("v_decisions", february.formatted("decided_at"))))
        .contains("retrain_decisions_2031_02")
        .doesNotContain("retrain_decisions_2031_01", "retrain_decisions_early");
    assertThat(touched(plan.formatted("v_drift_readings", february.formatted("window_end_at"))))
        .contains("drift_readings_2031_02");
  }

  /** A view that knew the number of a table from before would show its first piece alone. */
  @Test
  void nothing_dependsOnAFirstPiece() throws Exception {
    assertThat(
            query(
                PostgresServer.SUPERUSER,
                """
                SELECT DISTINCT pg_describe_object(d.classid, d.objid, d.objsubid)
                FROM pg_depend AS d
                JOIN pg_class AS c ON d.refclassid = 'pg_class'::regclass AND c.oid = d.refobjid
                WHERE c.relispartition AND c.relkind = 'r' AND c.relnamespace = 'runway'::regnamespace
                    AND d.classid IN ('pg_rewrite'::regclass, 'pg_proc'::regclass)
                """))
        .isEmpty();
  }

  @Test
  void upkeep_isTheWritersAndNobodyElses() throws Exception {
    for (String table : ALL) {
      String drop = "SELECT drop_old_%s()".formatted(table);
      assertThat(query(RolePasswords.WRITER, drop)).as(table).containsExactly("0");
      for (String role : List.of(RolePasswords.READER, RolePasswords.API)) {
        refused(role, drop);
      }
      refused(RolePasswords.WRITER, "SELECT drop_old('%s', now(), 1)".formatted(table));
      refused(RolePasswords.WRITER, "SELECT 1 FROM %s_rest".formatted(table));
    }
    refused(RolePasswords.WRITER, "UPDATE retention SET keep = interval '1 day'");
    assertThat(query(RolePasswords.API, "SELECT count(*) FROM retention"))
        .containsExactly(Integer.toString(ALL.size()));
  }

  @Test
  void retention_isWhatItsTableSays() throws Exception {
    write("drift_tiles", "kept", BEGIN, BEGIN);
    try {
      execute(
          PostgresServer.SUPERUSER,
          "UPDATE runway.retention SET keep = '30 days' WHERE table_name = 'drift_tiles'");
      upkeep("drift_tiles", BEGIN.plus(29, ChronoUnit.DAYS));
      assertThat(rows("drift_tiles")).hasSize(1);
      upkeep("drift_tiles", BEGIN.plus(31, ChronoUnit.DAYS));
      assertThat(rows("drift_tiles")).isEmpty();
    } finally {
      execute(
          PostgresServer.SUPERUSER,
          "UPDATE runway.retention SET keep = '8 days' WHERE table_name = 'drift_tiles'");
    }
  }

  /**
   * Rows of before are there afterwards, in every table and view, and are still replaced by key.
   */
  @Test
  void schemaFullOfRows_keepsThemAll() throws Exception {
    String schema = "older";
    RolePasswords passwords = RolePasswords.from(server.secrets()::password);
    try (Connection admin = server.connect(PostgresServer.SUPERUSER, DATABASE)) {
      Roles.prepare(admin, schema, passwords);
    }
    Flyway.configure()
        .configuration(
            Migrations.flyway(server.jdbcUrl(DATABASE), schema, passwords).getConfiguration())
        .target("45?")
        .load()
        .migrate();
    Instant now = Instant.now().truncatedTo(ChronoUnit.MINUTES);
    List<Instant> times =
        List.of(
            Instant.parse("1990-01-01T00:00:00Z"),
            now.minus(89, ChronoUnit.DAYS),
            now.minus(1, ChronoUnit.DAYS),
            now,
            // Open windows end later than now, some of them in the next month.
            now.plus(6, ChronoUnit.DAYS),
            now.plus(40, ChronoUnit.DAYS));
    for (String table : ALL) {
      for (int i = 0; i < times.size(); i++) {
        write(schema, table, "row-" + i, times.get(i), now);
      }
    }
    Map<String, List<String>> before = contents(schema);
    assertThat(before.get("v_performance")).hasSize(times.size());

    assertThat(migrate(schema)).isPositive();

    Map<String, List<String>> after = contents(schema);
    after.keySet().retainAll(before.keySet());
    assertThat(after).isEqualTo(before);
    for (String table : ALL) {
      String asText = "SELECT count(*) FROM %s.%s".formatted(schema, table);
      assertThat(query(PostgresServer.SUPERUSER, asText)).as(table).containsExactly("6");
      write(schema, table, "row-3", times.get(3), now.plusSeconds(1));
      write(schema, table, "row-0", times.get(0), now.plusSeconds(1));
      assertThat(query(PostgresServer.SUPERUSER, asText)).as(table).containsExactly("6");
      assertThat(
              query(
                  PostgresServer.SUPERUSER,
                  "SELECT count(*) FROM ONLY %s.%s_early".formatted(schema, table)))
          .as(table + ": what is later than its first piece was moved")
          .containsAnyOf("4", "5");
    }
    assertThat(
            query(
                PostgresServer.SUPERUSER,
                "SELECT model_id FROM %s.staleness_now ORDER BY 1".formatted(schema)))
        .containsExactly("row-0", "row-1", "row-2", "row-3", "row-4", "row-5");
    refused(RolePasswords.WRITER, "SELECT 1 FROM older.performance_early");
  }

  /** Made or not made yet: nobody can tell. */
  @Test
  void days_areTheMeansOfTheirWindows_whateverCameInWhichOrder() throws Exception {
    Random random = new Random(20_261_127);
    String day =
        """
        SELECT concat_ws(' ', model_id, metric, %s, provisional, %s, round((%s)::numeric, 9), %s)
        FROM runway.%s
        """;
    String asked =
        day.formatted("day", "windows", "mean", "master", "v_performance_days") + "ORDER BY 1";
    String expected =
        day.formatted(
                "runway.window_day(window_end_at)",
                "count(*)",
                "sum(value * effective_samples) / sum(effective_samples)",
                "bool_or(master)",
                "v_performance")
            + """
              WHERE value IS NOT NULL AND effective_samples > 0
              GROUP BY model_id, metric, runway.window_day(window_end_at), provisional ORDER BY 1
              """;
    for (int round = 0; round < 12; round++) {
      List<String> windows = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        Instant end = BEGIN.plus(random.nextInt(24 * 4), ChronoUnit.HOURS);
        windows.add(
            window(
                random.nextInt(4) == 0 ? "master_performance" : "performance",
                "model-" + random.nextInt(2),
                random.nextBoolean() ? "auc" : "rmse",
                end,
                random.nextInt(10) == 0 ? "NULL" : Double.toString(random.nextDouble()),
                random.nextInt(5),
                random.nextInt(3) == 0 ? "PROVISIONAL" : "FINAL",
                round));
      }
      execute(RolePasswords.WRITER, windows.toArray(String[]::new));
      assertThat(query(PostgresServer.SUPERUSER, asked))
          .as("not made yet")
          .isEqualTo(query(PostgresServer.SUPERUSER, expected));
      if (round % 3 == 2) {
        execute(RolePasswords.WRITER, "SELECT roll_up_performance(1000)");
        assertThat(query(PostgresServer.SUPERUSER, "SELECT 1 FROM runway.performance_due"))
            .isEmpty();
        assertThat(query(PostgresServer.SUPERUSER, asked))
            .as("made")
            .isEqualTo(query(PostgresServer.SUPERUSER, expected))
            .hasSizeGreaterThan(10);
      }
    }
  }

  @Test
  void day_hasTheErrorOfItsMean_andEndsAtMidnight() throws Exception {
    execute(
        RolePasswords.WRITER,
        window("performance", "m", "auc", BEGIN.plusSeconds(3_600), "0.4", 10, "FINAL", 1),
        window("performance", "m", "auc", BEGIN.plusSeconds(86_400), "0.6", 30, "FINAL", 1));
    execute(
        PostgresServer.SUPERUSER,
        "UPDATE runway.performance SET se = CASE value WHEN 0.4 THEN 0.04 ELSE 0.02 END");

    String asked =
        "SELECT concat_ws(' ', day, windows, mean, round(se::numeric, 6), round((high - low)::numeric,"
            + " 6), least, most, effective_samples) FROM v_performance_days";
    // sqrt((0.04 * 10)^2 + (0.02 * 30)^2) / 40
    assertThat(query(RolePasswords.READER, asked))
        .containsExactly("2031-01-01 2 0.55 0.018028 0.070669 0.4 0.6 40");
    execute(RolePasswords.WRITER, "SELECT roll_up_performance(1000)");
    assertThat(query(RolePasswords.READER, asked))
        .containsExactly("2031-01-01 2 0.55 0.018028 0.070669 0.4 0.6 40");
  }

  @Test
  void hours_sayHowLongVersionsWaited_madeOrNot() throws Exception {
    String judged =
        """
        INSERT INTO staleness (model_id, model_version, revision, state, previous_state, since_at,
          coverage, signals, window_end_at, tier, team, judged_at, computed_at)
        SELECT 'm', 'v', n, 'HEALTHY', 'HEALTHY', at, 0.5, '{}', at, 2, NULL, at, at
        FROM generate_series(%d, %d) AS n
        CROSS JOIN LATERAL (SELECT timestamptz '2031-01-01T00:05Z' + n * interval '40 minutes' AS at) AS t
        """;
    String asked =
        "SELECT concat_ws(' ', extract(hour FROM hour_at AT TIME ZONE 'UTC'), tier, judgements,"
            + " gap_seconds, late_seconds, objective) FROM v_evaluation_hours ORDER BY hour_at";
    execute(RolePasswords.WRITER, judged.formatted(0, 3));
    List<String> first = List.of("0 2 1 2400 0 0.995", "1 2 1 2400 0 0.995", "2 2 1 2400 0 0.995");
    assertThat(query(RolePasswords.READER, asked)).as("not made yet").isEqualTo(first);
    execute(RolePasswords.WRITER, "SELECT roll_up_evaluation(1000)");
    assertThat(query(PostgresServer.SUPERUSER, "SELECT 1 FROM runway.evaluation_due")).isEmpty();
    assertThat(query(RolePasswords.READER, asked)).as("made").isEqualTo(first);

    // At 2:45, and then at 4:05: tier 2 may wait for an hour.
    execute(RolePasswords.WRITER, judged.formatted(4, 4), judged.formatted(6, 6));
    for (int i = 0; i < 2; i++) {
      assertThat(query(RolePasswords.READER, asked))
          .containsExactly(
              first.get(0), first.get(1), "2 2 2 4800 0 0.995", "4 2 1 4800 1200 0.995");
      execute(RolePasswords.WRITER, "SELECT roll_up_evaluation(1000)");
    }
  }

  private static String window(
      String table,
      String model,
      String metric,
      Instant end,
      String value,
      int effective,
      String maturity,
      int revision) {
    return """
    INSERT INTO %1$s AS kept (model_id, model_version, task, segment, variant, window_start_at,
      window_end_at, metric, estimated, value, samples, effective_samples, maturity, revision,
      computed_at)
    VALUES ('%2$s', 'v', 'BINARY', '*', '*', '%3$s', '%4$s', '%5$s', false, %6$s, %7$d, %7$d, '%8$s', %9$d,
      '%4$s')
    ON CONFLICT (model_id, model_version, task, segment, variant, window_start_at, window_end_at,
      metric, estimated)
    DO UPDATE SET value = excluded.value, effective_samples = excluded.effective_samples,
      maturity = excluded.maturity, revision = excluded.revision
    WHERE excluded.revision >= kept.revision
    """
        .formatted(
            table,
            model,
            end.minus(1, ChronoUnit.HOURS),
            end,
            metric,
            value,
            effective,
            maturity,
            revision);
  }

  /** Every view but those that tell how long ago something was. */
  private static Map<String, List<String>> contents(String schema) throws SQLException {
    Map<String, List<String>> all = new TreeMap<>();
    for (String view :
        query(
            PostgresServer.SUPERUSER,
            "SELECT viewname FROM pg_views WHERE viewname <> 'v_fleet' AND schemaname = '%s'"
                .formatted(schema))) {
      all.put(
          view,
          query(
              PostgresServer.SUPERUSER,
              "SELECT v::text FROM %s.%s AS v ORDER BY 1".formatted(schema, view)));
    }
    return all;
  }

  private static long upkeep(String table, Instant at) throws SQLException {
    return Long.parseLong(
        query(RolePasswords.OWNER, "SELECT runway.drop_old('%s', '%s', 20000)".formatted(table, at))
            .get(0));
  }

  private static List<String> pieces(String table, String which) throws SQLException {
    return query(
        PostgresServer.SUPERUSER,
        "SELECT piece_name FROM runway.pieces('%s') WHERE %s ORDER BY 1".formatted(table, which));
  }

  /** Rows by their name, as text. */
  private static Map<String, String> rows(String table) throws SQLException {
    Map<String, String> rows = new TreeMap<>();
    for (String row :
        query(
            PostgresServer.SUPERUSER,
            "SELECT model_id || '|' || t::text FROM runway.%s AS t".formatted(table))) {
      String[] parts = row.split("\\|", 2);
      rows.put(parts[0], parts[1]);
    }
    return rows;
  }

  private static List<String> names(String table) throws SQLException {
    return query(
        PostgresServer.SUPERUSER, "SELECT model_id FROM runway.%s ORDER BY 1".formatted(table));
  }

  /** Pieces that a plan scans. */
  private static Set<String> touched(String explain) throws SQLException {
    Set<String> pieces = new TreeSet<>();
    for (String line : query(RolePasswords.READER, explain)) {
      Matcher scan = SCAN.matcher(line);
      if (scan.find() && !line.contains("Index Scan on")) {
        pieces.add(scan.group(1));
      }
    }
    return pieces;
  }

  private static void write(String table, String name, Instant at, Instant computedAt)
      throws SQLException {
    write("runway", table, name, at, computedAt);
  }

  /** As the job writes: newer ones replace those of their key. */
  private static void write(
      String schema, String table, String name, Instant at, Instant computedAt)
      throws SQLException {
    String plain = table.replace("master_", "");
    OffsetDateTime begin = at.atOffset(ZoneOffset.UTC).minusHours(1);
    String window = "'%s', '%s'".formatted(begin, at);
    String of = "'%s', 'v', 'BINARY', '*', '*', %s".formatted(name, window);
    String windowKey =
        "model_id, model_version, task, segment, variant, window_start_at, window_end_at";
    String key;
    String columns;
    String values;
    switch (plain) {
      case "performance" -> {
        key = windowKey + ", metric, estimated";
        columns = key + ", value, samples, effective_samples, maturity, revision";
        values = of + ", 'auc', false, 0.5, 5, 5, 'FINAL', 1";
      }
      case "label_coverage" -> {
        key = windowKey;
        columns =
            key
                + ", received, predictions, joined, waiting, unlabelled, duplicates, conflicts,"
                + " matured, matched_matured, maturity, revision";
        values = of + ", 10, 9, 6, 0, 3, 1, 0, 9, 6, 'FINAL', 1";
      }
      case "label_delay" -> {
        key = windowKey;
        columns = key + ", labels, relative_error, censored, maturity, revision";
        values = of + ", 6, 0.01, 3, 'FINAL', 1";
      }
      case "drift_readings" -> {
        key = "model_id, model_version, segment, profile_id, window_end_at, feature, metric";
        columns =
            key
                + ", kind, value, samples, severity, flagged, status, window_start_at,"
                + " evaluated_from_at, provisional, revision";
        values =
            "'%1$s', 'v', '*', 'b', '%2$s', '*', 'severity', 'MODEL', 0.1, 9, 0.1, false, 'EVALUATED', '%3$s', '%3$s', false, 1"
                .formatted(name, at, begin);
      }
      case "drift_tiles" -> {
        key = "model_id, model_version, segment, profile_id, window_start_at, window_end_at";
        columns = key + ", predictions, tile, revision";
        values = "'%s', 'v', '*', 'b', %s, 9, '\\x00ff', 1".formatted(name, window);
      }
      case "staleness" -> {
        key = "model_id, model_version, revision";
        columns =
            key
                + ", state, previous_state, since_at, coverage, signals, window_end_at, tier,"
                + " judged_at";
        values =
            "'%1$s', 'v', %2$d, 'HEALTHY', 'HEALTHY', '%3$s', 0.5, '{}', '%3$s', 2, '%3$s'"
                .formatted(name, at.toEpochMilli(), at);
      }
      default -> {
        // As the schema of before wants it, and as the one of now.
        key = schema.equals("runway") ? "decision_id, decided_at" : keyOfDecisions(schema);
        columns =
            "decision_id, decided_at, model_id, model_version, window_end_at, verdict, mode,"
                + " state_before, state_after, coverage, signals, inputs, explanation,"
                + " evidence_hash, tier";
        values =
            "'d-%1$s', '%2$s', '%1$s', 'v', '%2$s', 'NONE', 'AUTO', 'HEALTHY', 'HEALTHY', 0.5, '{}', '{}', 'so', repeat('0', 64), 2"
                .formatted(name, at);
      }
    }
    execute(
        RolePasswords.WRITER,
        "SET search_path = " + schema,
        "INSERT INTO %1$s AS kept (%2$s, computed_at) VALUES (%3$s, '%4$s') ON CONFLICT (%5$s) DO UPDATE SET computed_at = excluded.computed_at WHERE excluded.computed_at >= kept.computed_at"
            .formatted(table, columns, values, computedAt, key));
  }

  private static String keyOfDecisions(String schema) throws SQLException {
    return query(
            PostgresServer.SUPERUSER,
            """
            SELECT string_agg(a.attname, ', ' ORDER BY a.attname DESC)
            FROM pg_constraint AS c
            JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
            WHERE c.conrelid = '%s.retrain_decisions'::regclass AND c.contype = 'p'
            """
                .formatted(schema))
        .get(0);
  }

  private static void refused(String role, String sql) {
    assertThatThrownBy(() -> query(role, sql))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
  }

  private static int migrate(String schema) {
    return Migrations.migrate(
        server.jdbcUrl(DATABASE),
        PostgresServer.SUPERUSER,
        server.secrets().password(PostgresServer.SUPERUSER),
        schema,
        RolePasswords.from(server.secrets()::password));
  }

  private static List<String> query(String role, String sql) throws SQLException {
    try (Connection connection = server.connect(role, DATABASE);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> values = new ArrayList<>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    }
  }

  private static void execute(String role, String... statements) throws SQLException {
    try (Connection connection = server.connect(role, DATABASE);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
