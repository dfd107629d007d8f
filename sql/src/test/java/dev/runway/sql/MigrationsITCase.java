package dev.runway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.drift.staleness.Hysteresis;
import dev.runway.postgres.PostgresServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One server and database for all tests: the schemas are what is under test. */
class MigrationsITCase {

  private static final String DATABASE = "results";
  private static final String FORBIDDEN = "42501";
  private static final String CHECK_VIOLATED = "23514";
  private static final String OTHER = "'2', 'BINARY'";

  private static final Map<String, String> FLINK_TYPES =
      Map.ofEntries(
          Map.entry("text", "STRING"),
          Map.entry("float8", "DOUBLE"),
          Map.entry("timestamptz", "TIMESTAMP(6)"),
          Map.entry("int8", "BIGINT"),
          Map.entry("int4", "INT"),
          Map.entry("int2", "INT"),
          Map.entry("bool", "BOOLEAN"),
          Map.entry("bytea", "BYTES"),
          Map.entry("date", "DATE"),
          Map.entry("numeric", "DECIMAL(14, 2)"),
          Map.entry("_text", "ARRAY<STRING>"));

  @TempDir static Path home;

  private static PostgresServer server;

  @BeforeAll
  static void startServer() throws Exception {
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx--x--x"));
    server = new PostgresServer(home, Path.of("target", "postgres"), freePort());
    server.start();
    server.createDatabase(DATABASE);
    migrate(Migrations.SCHEMA);
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @Test
  void secondRun_changesNothing() throws Exception {
    var before = query(PostgresServer.SUPERUSER, COLUMNS.formatted("runway"));

    assertThat(migrate(Migrations.SCHEMA)).isZero();

    assertThat(query(PostgresServer.SUPERUSER, COLUMNS.formatted("runway"))).isEqualTo(before);
  }

  @Test
  void secondSchema_getsTheSameTablesOfItsOwn() throws Exception {
    assertThat(migrate("replay_1")).isPositive();
    assertThat(migrate("replay_1")).isZero();

    assertThat(query(PostgresServer.SUPERUSER, COLUMNS.formatted("replay_1")))
        .isEqualTo(query(PostgresServer.SUPERUSER, COLUMNS.formatted("runway")))
        .hasSizeGreaterThan(100);
    execute(RolePasswords.WRITER, deadLetter("replay_1", 1));
    assertThat(query(RolePasswords.READER, "SELECT count(*) FROM replay_1.v_dead_letters"))
        .containsExactly("1");
    assertThat(
            query(
                RolePasswords.READER,
                "SELECT count(*) FROM runway.v_dead_letters WHERE source_offset = 1"))
        .containsExactly("0");

    age("replay_1", 1, "36 days");
    execute(RolePasswords.WRITER, "SELECT replay_1.drop_old_dead_letters()");
    assertThat(query(RolePasswords.READER, "SELECT count(*) FROM replay_1.v_dead_letters"))
        .containsExactly("0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"public", "pg_catalog", "Runway", "a b", "x; DROP SCHEMA runway"})
  void schemaThatIsNoPlainName_isRefused(String schema) {
    assertThatIllegalArgumentException().isThrownBy(() -> migrate(schema));
  }

  @Test
  void everyTableViewAndColumn_hasAComment() throws Exception {
    var silent =
        query(
            PostgresServer.SUPERUSER,
            """
            SELECT c.relname || coalesce('.' || a.attname, '')
            FROM pg_class c
            LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
            WHERE c.relnamespace = 'runway'::regnamespace AND c.relkind IN ('r', 'p', 'v')
              AND c.relname <> 'flyway_schema_history'
              AND (col_description(c.oid, a.attnum) IS NULL
                   OR obj_description(c.oid, 'pg_class') IS NULL)
            """);
    assertThat(silent).isEmpty();
  }

  @Test
  void writer_insertsAndUpdatesButCannotDelete() throws Exception {
    execute(RolePasswords.WRITER, performance("upsert", 0, "PROVISIONAL", "0.1"));
    execute(
        RolePasswords.WRITER,
        performance("upsert", 0, "PROVISIONAL", "0.2")
            + " ON CONFLICT (model_id, model_version, segment, variant, window_start_at,"
            + " window_end_at, task, metric, estimated)"
            + " DO UPDATE SET value = excluded.value WHERE excluded.revision >= kept.revision");
    assertThat(
            query(RolePasswords.WRITER, "SELECT value FROM performance WHERE model_id = 'upsert'"))
        .containsExactly("0.2");

    for (String table : tables()) {
      refused(() -> execute(RolePasswords.WRITER, "DELETE FROM " + table));
      refused(() -> execute(RolePasswords.WRITER, "TRUNCATE " + table));
      refused(() -> execute(RolePasswords.WRITER, "DROP TABLE " + table));
    }
    refused(() -> execute(RolePasswords.WRITER, "CREATE TABLE mine (n int)"));
    refused(() -> execute(RolePasswords.WRITER, "CREATE TEMP TABLE mine (n int)"));
    refused(() -> query(RolePasswords.WRITER, "SELECT 1 FROM flyway_schema_history"));
  }

  @Test
  void writer_addsDeadLettersAndCannotSeeThemAgain() throws Exception {
    String repeated = deadLetter("runway", 10) + " ON CONFLICT DO NOTHING";
    execute(RolePasswords.WRITER, repeated, repeated);
    assertThat(
            query(
                PostgresServer.SUPERUSER,
                "SELECT count(*) FROM runway.dead_letters WHERE source_offset = 10"))
        .containsExactly("1");

    refused(() -> query(RolePasswords.WRITER, "SELECT detail FROM dead_letters"));
    refused(() -> query(RolePasswords.WRITER, "SELECT detail FROM v_dead_letters"));
    refused(() -> execute(RolePasswords.WRITER, "UPDATE dead_letters SET detail = ''"));
    refused(() -> execute(RolePasswords.WRITER, "UPDATE dead_letters SET stored_at = 'infinity'"));
    refused(
        () ->
            execute(
                RolePasswords.WRITER,
                deadLetter("runway", 11)
                    .replace("received_at)", "received_at, stored_at)")
                    .replace("now())", "now(), 'infinity')")));
  }

  @Test
  void deadLetters_areDroppedAfter35Days() throws Exception {
    for (long offset : new long[] {30, 31, 32}) {
      execute(RolePasswords.WRITER, deadLetter("runway", offset));
    }
    age("runway", 30, "36 days");
    age("runway", 31, "34 days");

    assertThat(query(RolePasswords.WRITER, "SELECT drop_old_dead_letters()")).containsExactly("1");
    assertThat(query(RolePasswords.WRITER, "SELECT drop_old_dead_letters()")).containsExactly("0");

    assertThat(
            query(
                RolePasswords.READER,
                "SELECT source_offset FROM v_dead_letters WHERE source_offset BETWEEN 30 AND 32"
                    + " ORDER BY 1"))
        .containsExactly("31", "32");
    refused(() -> query(RolePasswords.READER, "SELECT drop_old_dead_letters()"));
  }

  @Test
  void reader_seesViewsAndNoTable() throws Exception {
    execute(RolePasswords.WRITER, deadLetter("runway", 25));
    for (String table : tables()) {
      refused(() -> query(RolePasswords.READER, "SELECT 1 FROM " + table));
    }
    for (String view : views()) {
      query(RolePasswords.READER, "SELECT count(*) FROM " + view);
    }
    assertThat(
            query(
                PostgresServer.SUPERUSER,
                "SELECT attname FROM pg_attribute WHERE attrelid ="
                    + " 'runway.v_dead_letters'::regclass AND atttypid = 'bytea'::regtype"))
        .containsExactly("event_digest");
    assertThat(
            query(
                RolePasswords.READER,
                "SELECT DISTINCT source_topic || ' ' || reason FROM v_dead_letter_counts"
                    + " WHERE received_on >= current_date - 1 AND events > 0"))
        .containsExactly("runway.predictions MALFORMED");
  }

  @Test
  void reader_selectsAndNothingElseEvenWhenItLiftsItsOwnLimit() throws Exception {
    query(RolePasswords.READER, "SELECT count(*) FROM v_performance_latest");
    assertThat(query(RolePasswords.READER, "SHOW statement_timeout")).containsExactly("30s");

    assertThatThrownBy(() -> execute(RolePasswords.READER, deadLetter("runway", 20)))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("25006"));
    refused(
        () ->
            execute(
                RolePasswords.READER,
                "SET default_transaction_read_only = off",
                deadLetter("runway", 20)));
    refused(
        () ->
            execute(
                RolePasswords.READER,
                "SET default_transaction_read_only = off",
                "UPDATE dead_letters SET detail = ''"));
  }

  @Test
  void strangerRole_reachesNothing() throws Exception {
    execute(
        PostgresServer.SUPERUSER,
        "CREATE ROLE stranger LOGIN PASSWORD '" + server.secrets().password("stranger") + "'");

    assertThatThrownBy(() -> server.connect("stranger", DATABASE))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(FORBIDDEN));
    assertThat(
            query(
                PostgresServer.SUPERUSER,
                """
                SELECT c.relname FROM pg_class c, aclexplode(c.relacl) a
                WHERE c.relnamespace = 'runway'::regnamespace AND a.grantee = 0
                UNION SELECT n.nspname FROM pg_namespace n, aclexplode(n.nspacl) a
                WHERE n.nspname IN ('runway', 'public') AND a.grantee = 0
                UNION SELECT d.datname FROM pg_database d, aclexplode(d.datacl) a
                WHERE d.datname = 'results' AND a.grantee = 0
                """))
        .isEmpty();
  }

  @Test
  void ownerOwnsEverything_andIsNoSuperuser() throws Exception {
    assertThat(
            query(
                PostgresServer.SUPERUSER,
                "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'runway'"))
        .containsExactly(RolePasswords.OWNER);
    assertThat(
            query(
                PostgresServer.SUPERUSER,
                "SELECT rolname FROM pg_roles WHERE rolname LIKE 'runway%'"
                    + " AND (rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls)"))
        .isEmpty();
  }

  @Test
  void changedPassword_isTakenOverByTheNextMigration() throws Exception {
    server.createDatabase("passwords");
    var old = RolePasswords.from(server.secrets()::password);
    var changed =
        new RolePasswords(old.owner(), "another-writer-password", old.reader(), old.api());
    try {
      migrate("passwords", "runway", changed);

      assertThatThrownBy(() -> server.connect(RolePasswords.WRITER, "passwords"))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
      assertThat(changed.toString()).doesNotContain("another-writer-password");
    } finally {
      migrate("passwords", "runway", old);
    }
    server.connect(RolePasswords.WRITER, "passwords").close();
  }

  /** What the SQL prompt declares, read as the prompt reads it. */
  @Test
  void tablesOfFlink_haveTheColumnsOfTheirViewsInTypesThatItsConnectorReads() throws Exception {
    List<FlinkTable> tables = FlinkTable.all();

    assertThat(tables)
        .extracting(FlinkTable::view)
        .as("each view once")
        .containsExactlyInAnyOrderElementsOf(views());
    for (FlinkTable table : tables) {
      // Without both the driver reads a whole answer into memory.
      assertThat(table.options())
          .as(table.name())
          .contains("'scan.fetch-size' = '2000'", "'scan.auto-commit' = 'false'");
      try (Connection connection = server.connect(RolePasswords.READER, DATABASE);
          Statement statement = connection.createStatement();
          ResultSet rows =
              statement.executeQuery(
                  "SELECT %s FROM %s WHERE false"
                      .formatted(
                          String.join(", ", table.columns().keySet()),
                          table.from().replace("${schema}", "runway")))) {
        int i = 0;
        for (var column : table.columns().entrySet()) {
          i++;
          assertThat(FLINK_TYPES.get(rows.getMetaData().getColumnTypeName(i)))
              .as(table.name() + "." + column.getKey())
              .isEqualTo(column.getValue());
        }
      }
      assertThat(table.columns().keySet())
          .as(table.name())
          .containsExactlyInAnyOrderElementsOf(
              query(
                  PostgresServer.SUPERUSER,
                  """
                  SELECT attname FROM pg_attribute
                  WHERE attrelid = 'runway.%s'::regclass AND attnum > 0
                      AND atttypid <> 'interval'::regtype
                  """
                      .formatted(table.view())));
    }
  }

  @Test
  void countersThatDoNotAddUp_areRefused() throws Exception {
    execute(RolePasswords.WRITER, coverage("sums", 10, 9, 4, 3, 2, 1, 0));

    violates(() -> execute(RolePasswords.WRITER, coverage("lost", 11, 9, 4, 3, 2, 1, 0)));
    violates(() -> execute(RolePasswords.WRITER, coverage("predictions", 10, 8, 4, 3, 2, 1, 0)));
    violates(() -> execute(RolePasswords.WRITER, coverage("negative", 10, 9, -1, 8, 2, 1, 0)));
  }

  @Test
  void undefinedMetric_isNullAndNotNaN() throws Exception {
    execute(RolePasswords.WRITER, performance("undefined", 0, "FINAL", "NULL"));

    violates(() -> execute(RolePasswords.WRITER, performance("undefined", 1, "FINAL", "'NaN'")));
    violates(
        () -> execute(RolePasswords.WRITER, performance("undefined", 1, "FINAL", "'Infinity'")));
    violates(() -> execute(RolePasswords.WRITER, performance("undefined", 1, "MAYBE", "1")));
  }

  @Test
  void latestPerformance_prefersTheNewestFinalWindow() throws Exception {
    execute(RolePasswords.WRITER, performance("mature", 0, "FINAL", "0.1"));
    execute(RolePasswords.WRITER, performance("mature", 1, "FINAL", "0.2"));
    execute(RolePasswords.WRITER, performance("mature", 2, "PROVISIONAL", "0.3"));
    execute(RolePasswords.WRITER, performance("young", 0, "PROVISIONAL", "0.4"));
    execute(RolePasswords.WRITER, performance("young", 1, "PROVISIONAL", "0.5"));

    assertThat(
            query(
                RolePasswords.READER,
                "SELECT model_id || ' ' || value || ' ' || provisional FROM v_performance_latest"
                    + " WHERE model_id IN ('mature', 'young') ORDER BY model_id"))
        .containsExactly("mature 0.2 false", "young 0.5 true");
  }

  @Test
  void latestCoverageAndDelay_preferTheNewestFinalWindow() throws Exception {
    String later =
        "UPDATE %s SET window_start_at = window_start_at + interval '1 hour',"
            + " window_end_at = window_end_at + interval '1 hour', maturity = 'FINAL'"
            + " WHERE model_id = 'latest'";
    execute(RolePasswords.WRITER, coverage("latest", 10, 9, 4, 3, 2, 1, 0));
    execute(PostgresServer.SUPERUSER, later.formatted("runway.label_coverage"));
    execute(RolePasswords.WRITER, coverage("latest", 9, 9, 4, 3, 2, 0, 0));
    execute(RolePasswords.WRITER, delay("latest", 7));
    execute(PostgresServer.SUPERUSER, later.formatted("runway.label_delay"));
    execute(RolePasswords.WRITER, delay("latest", 6));

    assertThat(
            query(
                RolePasswords.READER,
                "SELECT received || ' ' || provisional FROM v_label_coverage_latest"
                    + " WHERE model_id = 'latest'"))
        .containsExactly("10 false");
    assertThat(
            query(
                RolePasswords.READER,
                "SELECT labels || ' ' || provisional FROM v_label_delay_latest"
                    + " WHERE model_id = 'latest'"))
        .containsExactly("7 false");
  }

  @Test
  void estimateAndOtherTask_standBesideWhatWasMeasured() throws Exception {
    execute(RolePasswords.WRITER, performance("beside", 0, "FINAL", "0.1"));
    execute(
        RolePasswords.WRITER,
        performance("beside", 0, "FINAL", "0.2").replace("false, 1", "true, 1"));
    execute(
        RolePasswords.WRITER,
        performance("beside", 0, "FINAL", "0.3").replace("BINARY", "MULTICLASS"));

    assertThat(
            query(
                RolePasswords.READER,
                "SELECT value FROM v_performance_latest WHERE model_id = 'beside' ORDER BY 1"))
        .containsExactly("0.1", "0.2", "0.3");
  }

  @Test
  void masterTables_haveTheColumnsAndRulesOfTheSpeedTables() throws Exception {
    String shape =
        """
        SELECT a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull
        FROM pg_attribute a WHERE a.attrelid = 'runway.%1$s'::regclass AND a.attnum > 0
        UNION ALL
        SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'runway.%1$s'::regclass
        UNION ALL
        SELECT privilege_type FROM information_schema.role_table_grants
        WHERE table_schema = 'runway' AND table_name = '%1$s' AND grantee <> 'runway_owner'
        ORDER BY 1
        """;
    for (String table : List.of("performance", "label_coverage", "label_delay")) {
      assertThat(query(PostgresServer.SUPERUSER, shape.formatted("master_" + table)))
          .isEqualTo(query(PostgresServer.SUPERUSER, shape.formatted(table)))
          .contains("INSERT", "SELECT", "UPDATE");
    }
  }

  @Test
  void masterRow_goesBeforeTheSpeedRowOfItsKeyAlone() throws Exception {
    execute(
        RolePasswords.WRITER,
        performance("preferred", 0, "PROVISIONAL", "0.1"),
        performance("preferred", 1, "FINAL", "0.2"),
        master(performance("preferred", 0, "FINAL", "0.3")),
        master(performance("preferred", 2, "FINAL", "0.4")),
        performance("preferred", 0, "FINAL", "0.5").replace("false, 1", "true, 1"),
        // Another metric of a window that the master says, without this one.
        performance("preferred", 0, "FINAL", "0.7").replace("'auc'", "'accuracy'"),
        // After the master's: it stays behind it.
        performance("preferred", 2, "FINAL", "0.6"),
        coverage("preferred", 10, 9, 4, 3, 2, 1, 0),
        master(coverage("preferred", 10, 9, 6, 0, 3, 1, 0)),
        delay("preferred", 4),
        master(delay("preferred", 6)));

    String rows = "SELECT %s || ' ' || master FROM v_%s WHERE model_id = 'preferred' ORDER BY 1";
    assertThat(query(RolePasswords.READER, rows.formatted("value", "performance")))
        .containsExactly("0.2 false", "0.3 true", "0.4 true", "0.5 false");
    assertThat(query(RolePasswords.READER, rows.formatted("value", "performance_latest")))
        .containsExactly("0.4 true", "0.5 false");
    for (String suffix : List.of("", "_latest")) {
      assertThat(query(RolePasswords.READER, rows.formatted("joined", "label_coverage" + suffix)))
          .containsExactly("6 true");
      assertThat(query(RolePasswords.READER, rows.formatted("labels", "label_delay" + suffix)))
          .containsExactly("6 true");
    }
  }

  @Test
  void differences_areListedByWindowAndQuantity() throws Exception {
    execute(
        RolePasswords.WRITER,
        // Hour 0 agrees, 1 differs, 2 is not defined for the stream, 3 is still open for it.
        performance("differing", 0, "FINAL", "0.1"),
        master(performance("differing", 0, "FINAL", "0.1")),
        performance("differing", 1, "FINAL", "0.25"),
        master(performance("differing", 1, "FINAL", "0.5")),
        performance("differing", 2, "FINAL", "NULL"),
        master(performance("differing", 2, "FINAL", "0.5")),
        performance("differing", 3, "PROVISIONAL", "0.3"),
        master(performance("differing", 3, "FINAL", "0.4")),
        // Hour 4 is the master's alone, 5 the stream's of a window that the master has; 6 is so
        // too, but open; 7 has been left out by the batch, or it was never asked for.
        master(performance("differing", 4, "FINAL", "0.4")),
        performance("differing", 5, "FINAL", "0.6"),
        performance("differing", 6, "PROVISIONAL", "0.7"),
        agreed("differing", 5),
        agreed("differing", 6),
        master(agreed("differing", 5)),
        master(agreed("differing", 6)),
        performance("differing", 7, "FINAL", "0.8"),
        // The archive has not been asked for this model, and estimates nothing.
        performance("unasked", 0, "FINAL", "0.9"),
        performance("differing", 1, "FINAL", "0.3").replace("false, 1", "true, 1"),
        finished(coverage("differing", 10, 9, 6, 0, 3, 1, 0)),
        master(finished(coverage("differing", 12, 9, 7, 0, 2, 1, 2))),
        finished(delay("differing", 6)),
        master(finished(delay("differing", 7))));

    String differences =
        """
        SELECT extract(hour FROM window_start_at AT TIME ZONE 'UTC') || ' ' || quantity
               || ' ' || coalesce(speed::text, '-') || ' ' || coalesce(master::text, '-')
               || ' ' || coalesce(difference::text, '-')
        FROM v_master_differences WHERE model_id %s ORDER BY 1
        """;
    assertThat(query(RolePasswords.READER, differences.formatted("= 'differing'")))
        .containsExactlyInAnyOrder(
            "1 auc 0.25 0.5 0.25",
            "2 auc - 0.5 -",
            "4 auc - 0.4 -",
            "5 auc 0.6 - -",
            "0 received 10 12 2",
            "0 joined 6 7 1",
            "0 unlabelled 3 2 -1",
            "0 conflicts 0 2 2",
            "0 labels 6 7 1");
    assertThat(query(RolePasswords.READER, differences.formatted("= 'unasked'"))).isEmpty();
  }

  @Test
  void versionOfOneViewAlone_isDifferentInAllItsQuantities() throws Exception {
    execute(
        RolePasswords.WRITER,
        finished(coverage("alone", 10, 9, 6, 0, 3, 1, 0)),
        finished(delay("alone", 6)),
        master(finished(coverage("alone", 5, 5, 4, 0, 1, 0, 0)).replace("'1', 'BINARY'", OTHER)),
        master(finished(delay("alone", 4)).replace("'1', 'BINARY'", OTHER)));

    assertThat(
            query(
                RolePasswords.READER,
                """
                SELECT quantity || ' ' || coalesce(speed::text, '-')
                       || ' ' || coalesce(master::text, '-')
                FROM v_master_differences WHERE model_id = 'alone' AND difference IS NULL
                """))
        .containsExactlyInAnyOrder(
            "received 10 -",
            "joined 6 -",
            "unlabelled 3 -",
            "duplicates 1 -",
            "conflicts 0 -",
            "labels 6 -",
            "received - 5",
            "joined - 4",
            "unlabelled - 1",
            "duplicates - 0",
            "conflicts - 0",
            "labels - 4");
  }

  @Test
  void driftView_hasTheRowsOfTheNewestReadingAlone() throws Exception {
    execute(
        RolePasswords.WRITER,
        drift("gone", "*", "severity", 2, "0.5"),
        drift("gone", "age", "severity", 2, "0.5"),
        drift("gone", "carrier", "severity", 1, "0.4"),
        // Of a reading that is on its way: it is newer than what is known of the whole.
        drift("gone", "origin", "severity", 3, "0.6"),
        drift("other", "carrier", "severity", 1, "0.4"));

    assertThat(
            query(
                RolePasswords.READER,
                "SELECT model_id || ' ' || feature || ' ' || revision FROM v_drift_readings"
                    + " WHERE model_id IN ('gone', 'other') ORDER BY 1"))
        .containsExactly("gone * 2", "gone age 2", "gone origin 3", "other carrier 1");
  }

  @Test
  void driftOfAWindow_isOneRowAndItsNewestWindowTheLatest() throws Exception {
    for (String metric : List.of("severity", "features", "evaluated", "flagged")) {
      execute(
          RolePasswords.WRITER,
          drift("whole", "*", metric, 1, metric.equals("severity") ? "NULL" : "3"),
          drift("whole", "*", metric, 1, metric.equals("severity") ? "0.5" : "4")
              .replace("T00:00", "T01:00")
              .replace("T00:10", "T01:10"));
    }
    String columns = "features || ' ' || evaluated || ' ' || flagged || ' ' || severity";

    assertThat(query(RolePasswords.READER, "SELECT count(*) FROM v_drift WHERE model_id = 'whole'"))
        .containsExactly("2");
    assertThat(
            query(
                RolePasswords.READER,
                "SELECT " + columns + " FROM v_drift_latest WHERE model_id = 'whole'"))
        .containsExactly("4 4 4 0.5");
  }

  @Test
  void driftingFeatures_nameEveryMetricThatIsFlagged() throws Exception {
    execute(
        RolePasswords.WRITER,
        flagged(drift("drifting", "*", "severity", 1, "0.5")),
        flagged(drift("drifting", "age", "severity", 1, "0.5")),
        flagged(drift("drifting", "age", "psi", 1, "0.3")),
        flagged(drift("drifting", "age", "missing", 1, "0.2")),
        drift("drifting", "age", "ks", 1, "0.1"),
        flagged(drift("drifting", "$score", "severity", 1, "0.1")),
        drift("drifting", "carrier", "severity", 1, "0.1"));

    assertThat(
            query(
                RolePasswords.READER,
                "SELECT feature || ' ' || coalesce(metric || ' ' || value, '-')"
                    + " FROM v_drifting_features WHERE model_id = 'drifting' ORDER BY 1"))
        .containsExactlyInAnyOrder("$score -", "age missing 0.2", "age psi 0.3");
  }

  @Test
  void conceptAlarmsAndEstimates_haveViewsOfTheirOwn() throws Exception {
    for (String metric : List.of("severity", "features", "evaluated", "flagged")) {
      execute(
          RolePasswords.WRITER,
          of("concept.1-2", drift("labelled", "*", metric, 1, "1")),
          of("concept.1-2", drift("unlabelled", "*", metric, 1, "0")),
          of("b-1", drift("labelled", "*", metric, 1, "1")));
    }
    execute(
        RolePasswords.WRITER,
        of("concept.1-2", drift("labelled", "$concept", "conditional_kl_normalised", 1, "0.3")),
        of("concept.1-2", drift("labelled", "$concept", "covariate_kl", 1, "0.1")),
        flagged(of("change-detectors", drift("labelled", "$loss", "page_hinkley", 1, "40"))),
        of(
            "change-detectors",
            drift("labelled", "$loss", "page_hinkley_since", 1, "1767225660000")),
        of("change-detectors", drift("labelled", "$loss", "adwin", 1, "NULL")),
        of("performance-estimate", drift("labelled", "$performance", "trust", 1, "0.95")),
        of(
            "performance-estimate",
            drift("labelled", "$performance", "estimated_accuracy", 1, "0.8")));

    assertThat(
            query(
                RolePasswords.READER,
                "SELECT model_id || ' ' || flagged || ' '"
                    + " || coalesce(conditional_kl_normalised || ' ' || covariate_kl, '-')"
                    + " FROM v_concept_drift ORDER BY 1"))
        .containsExactly("labelled true 0.3 0.1", "unlabelled false -");
    assertThat(
            query(
                RolePasswords.READER,
                "SELECT detector || ' ' || statistic || ' ' || extract(epoch FROM since_at)::bigint"
                    + " FROM v_change_alarms"))
        .containsExactly("page_hinkley 40 1767225660");
    assertThat(
            query(
                RolePasswords.READER,
                "SELECT metric || ' ' || value || ' ' || trust || ' ' || trust_windows"
                    + " FROM v_performance_estimates"))
        .containsExactly("accuracy 0.8 0.95 9");
  }

  private static String of(String profileId, String insert) {
    return insert.replace("'b-1'", "'" + profileId + "'");
  }

  @Test
  void driftThatCannotBe_isRefused() throws Exception {
    violates(() -> execute(RolePasswords.WRITER, drift("bad", "age", "psi", 1, "'NaN'")));
    violates(
        () ->
            execute(
                RolePasswords.WRITER,
                drift("bad", "age", "psi", 1, "1").replace("T00:10", "T00:00")));
    violates(
        () ->
            execute(
                RolePasswords.WRITER,
                drift("bad", "*", "severity", 1, "1").replace("'*', 's", "'age', 's")));
    violates(() -> execute(RolePasswords.WRITER, drift("bad", "age", "severity", 1, "1.5")));
  }

  @Test
  void driftReadingsAndTiles_endAndOnlyThen() throws Exception {
    execute(
        RolePasswords.WRITER,
        drift("end-91", "*", "severity", 1, "1").replace("now()", "now() - interval '91 days'"),
        drift("end-89", "*", "severity", 1, "1").replace("now()", "now() - interval '89 days'"),
        tile("end-9").replace("now()", "now() - interval '9 days'"),
        tile("end-7").replace("now()", "now() - interval '7 days'"));

    for (String table : List.of("drift_readings", "drift_tiles")) {
      String drop = "SELECT drop_old_" + table + "()";
      assertThat(query(RolePasswords.WRITER, drop)).containsExactly("1");
      assertThat(query(RolePasswords.WRITER, drop)).containsExactly("0");
      refused(() -> query(RolePasswords.READER, drop));
    }
    assertThat(
            query(
                RolePasswords.READER,
                "SELECT model_id FROM v_drift_readings WHERE model_id LIKE 'end-%'"
                    + " UNION ALL SELECT model_id || ' ' || length(tile) FROM v_drift_tiles"
                    + " WHERE model_id LIKE 'end-%' ORDER BY 1"))
        .containsExactly("end-7 2", "end-89");
  }

  @Test
  void latestStaleness_isTheHighestRevisionOfEachVersion() throws Exception {
    execute(
        RolePasswords.WRITER,
        staleness("newest", 2, "AT_RISK"),
        staleness("newest", 3, "STALE"),
        staleness("newest", 1, "HEALTHY"));

    assertThat(
            query(
                RolePasswords.READER,
                "SELECT state || ' ' || (parts #>> '{AGE,severity}') || ' ' || (features ->> 0)"
                    + " FROM v_staleness_latest WHERE model_id = 'newest'"))
        .containsExactly("STALE 0.5 age");
    assertThat(query(RolePasswords.READER, "SELECT 1 FROM v_staleness WHERE model_id = 'newest'"))
        .hasSize(3);
  }

  /** Out of order, repeated, and several in one statement. */
  @Test
  void versionAsItIsNow_isItsNewestRow() throws Exception {
    String again =
        " ON CONFLICT (model_id, model_version, revision) DO UPDATE SET state = excluded.state,"
            + " computed_at = excluded.computed_at";
    String now = "SELECT state || ' ' || revision FROM v_staleness_latest WHERE model_id = 'as-is'";
    execute(
        RolePasswords.WRITER,
        staleness("as-is", 2, "AT_RISK").strip()
            + staleness("as-is", 3, "HEALTHY")
                .strip()
                .replaceFirst("(?s).*VALUES", ",")
                .replace("00:05:00Z", "00:15:00Z"),
        staleness("as-is", 1, "WARMING"));
    assertThat(query(RolePasswords.READER, now)).containsExactly("HEALTHY 3");

    execute(RolePasswords.WRITER, staleness("as-is", 3, "STALE") + again);
    assertThat(query(RolePasswords.READER, now)).as("replaced").containsExactly("STALE 3");

    execute(RolePasswords.WRITER, staleness("as-is", 2, "HEALTHY") + again);
    assertThat(query(RolePasswords.READER, now)).as("not the newest").containsExactly("STALE 3");
    assertThat(
            query(
                RolePasswords.READER,
                "SELECT gap_seconds::int FROM v_evaluation_gaps WHERE model_id = 'as-is'"))
        .as("of two that came together")
        .containsExactly("600");
    refused(() -> execute(RolePasswords.WRITER, "UPDATE staleness_now SET state = 'HEALTHY'"));
    assertThat(
            query(
                PostgresServer.SUPERUSER,
                """
                SELECT model_id FROM runway.staleness_now AS n
                WHERE n.revision <> (SELECT max(s.revision) FROM runway.staleness AS s
                                     WHERE (s.model_id, s.model_version)
                                         = (n.model_id, n.model_version))
                """))
        .as("of all that the tests wrote")
        .isEmpty();
  }

  @Test
  void versionThatIsSilent_outlivesItsHistoryForAYear() throws Exception {
    for (int days : new int[] {364, 367}) {
      execute(
          RolePasswords.WRITER,
          staleness("silent-" + days, 1, "NO_DATA")
              .replace("now()", "now() - interval '%d days'".formatted(days)));
    }
    execute(RolePasswords.WRITER, "SELECT drop_old_staleness()");

    String models = "SELECT model_id FROM %s WHERE model_id LIKE 'silent-%%'";
    assertThat(query(RolePasswords.READER, models.formatted("v_staleness"))).isEmpty();
    assertThat(query(RolePasswords.READER, models.formatted("v_fleet")))
        .containsExactly("silent-364");
    assertThat(query(RolePasswords.READER, models.formatted("v_known_models")))
        .containsExactly("silent-364");
  }

  @Test
  void stateOrDecisionThatCannotBe_isRefused() throws Exception {
    violates(() -> execute(RolePasswords.WRITER, staleness("bad", 1, "SUSPENDED")));
    violates(() -> execute(RolePasswords.WRITER, staleness("bad", 1, "TIRED")));
    violates(
        () ->
            execute(
                RolePasswords.WRITER,
                decision("bad").replace("'COOL_DOWN', NULL", "'COOL_DOWN', 'c'")));
    violates(() -> execute(RolePasswords.WRITER, decision("bad").replace("'{}'", "'[]'")));
  }

  @Test
  void statesAndDecisions_endAndOnlyThen() throws Exception {
    for (int days : new int[] {91, 89}) {
      String then = "now() - interval '%d days'".formatted(days);
      execute(
          RolePasswords.WRITER,
          staleness("ends-" + days, 1, "HEALTHY").replace("now()", then),
          decision("ends-" + days).replace("now()", then));
    }

    for (String table : List.of("staleness", "retrain_decisions")) {
      String drop = "SELECT drop_old_" + table + "()";
      assertThat(query(RolePasswords.WRITER, drop)).containsExactly("1");
      assertThat(query(RolePasswords.WRITER, drop)).containsExactly("0");
      refused(() -> query(RolePasswords.READER, drop));
    }
    assertThat(
            query(
                RolePasswords.READER,
                "SELECT model_id FROM v_staleness WHERE model_id LIKE 'ends-%'"
                    + " UNION ALL SELECT decision_id FROM v_decisions WHERE model_id LIKE 'ends-%'"
                    + " ORDER BY 1"))
        .containsExactly("d-ends-89", "ends-89");
  }

  @Test
  void stability_passesWhenItIsStableOrMinor_andEnds() throws Exception {
    for (String told : List.of("STABLE", "MINOR", "ROTATED", "UNDECIDED", "BREAKING")) {
      execute(RolePasswords.WRITER, stability("passes", told, told));
    }
    assertThat(
            query(
                RolePasswords.READER,
                "SELECT version_after FROM v_embedding_stability"
                    + " WHERE space_id = 'passes' AND passed ORDER BY 1"))
        .containsExactly("MINOR", "STABLE");
    violates(() -> execute(RolePasswords.WRITER, stability("passes", "bad", "FINE")));
    violates(
        () ->
            execute(
                RolePasswords.WRITER,
                stability("passes", "bad", "STABLE").replace("'file:/a'", "NULL")));

    for (int days : new int[] {91, 89}) {
      execute(
          RolePasswords.WRITER,
          stability("ends-" + days, "v2", "STABLE")
              .replace("now()", "now() - interval '%d days'".formatted(days)));
    }
    String drop = "SELECT drop_old_embedding_stability()";
    assertThat(query(RolePasswords.WRITER, drop)).containsExactly("1");
    assertThat(query(RolePasswords.WRITER, drop)).containsExactly("0");
    refused(() -> query(RolePasswords.READER, drop));
  }

  @Test
  void trafficAndMixturesOfEmbeddings_areShownAndEndAfterNinetyDays() throws Exception {
    for (int days : new int[] {91, 89, 0}) {
      String at = "now() - interval '%d days'".formatted(days);
      execute(
          RolePasswords.WRITER,
          """
          INSERT INTO embedding_traffic (space_id, embedding_version, window_start_at,
            window_end_at, document_revision, dimensions, vectors, gone, events, breached, measured,
            computed_at)
          VALUES ('flows', 'v%1$d', %2$s, %2$s + interval '10 minutes', 1, 64, 10, 0, 10,
            '["mean_shift"]', '{"mean_shift":{"value":1}}', %2$s)
          """
              .formatted(days, at));
      execute(
          RolePasswords.WRITER,
          """
          INSERT INTO embedding_mixtures (model_id, model_version, space_id, window_start_at,
            window_end_at, predictions, mixing, threshold, within_predictions, within_share,
            within_low, within_high, versions, computed_at)
          VALUES ('m', 'v%1$d', 'flows', %2$s, %2$s + interval '10 minutes', 10, 'ACROSS', 0.01, 0,
            0, 0, 0.1, '{"v5":{"share":0.5}}', %2$s)
          """
              .formatted(days, at));
    }
    assertThat(
            query(
                RolePasswords.READER,
                "SELECT breached ->> 0 || (metrics #>> '{mean_shift,value}')"
                    + " FROM v_embedding_traffic WHERE embedding_version = 'v0'"))
        .containsExactly("mean_shift1");
    assertThat(
            query(
                RolePasswords.READER,
                "SELECT mixing || (versions #>> '{v5,share}') FROM v_embedding_mixtures"
                    + " WHERE model_version = 'v0'"))
        .containsExactly("ACROSS0.5");
    for (String table : List.of("embedding_traffic", "embedding_mixtures")) {
      String drop = "SELECT drop_old_%s()".formatted(table);
      assertThat(query(RolePasswords.WRITER, drop)).as(table).containsExactly("1");
      assertThat(query(RolePasswords.WRITER, drop)).as(table).containsExactly("0");
      refused(() -> query(RolePasswords.READER, drop));
    }
    violates(
        () ->
            execute(
                RolePasswords.WRITER,
                "UPDATE embedding_mixtures SET mixing = 'SOME' WHERE space_id = 'flows'"));
  }

  /** What nobody told for days may be of a pair that is not compared any more. */
  @Test
  void stabilityThatNobodyKeepsUp_doesNotPass() throws Exception {
    for (int hours : new int[] {47, 49}) {
      execute(
          RolePasswords.WRITER,
          stability("kept", "h" + hours, "STABLE")
              .replace("now()", "now() - interval '%d hours'".formatted(hours)));
    }
    assertThat(
            query(
                RolePasswords.READER,
                "SELECT version_after || passed || up_to_date FROM v_embedding_stability"
                    + " WHERE space_id = 'kept' ORDER BY 1"))
        .containsExactly("h47truetrue", "h49falsefalse");
  }

  /** Another consumer may be named since, or the space may have ended. */
  @Test
  void stabilityByAnOlderDocument_doesNotPass() throws Exception {
    execute(RolePasswords.WRITER, stability("judged", "v2", "STABLE"));
    String asked =
        "SELECT concat_ws(' ', passed, up_to_date, current_document, newest_revision)"
            + " FROM v_embedding_stability WHERE space_id = 'judged'";
    assertThat(query(RolePasswords.READER, asked)).as("documents by hand").containsExactly("t t t");

    execute(
        PostgresServer.SUPERUSER,
        "INSERT INTO runway.embedding_spaces (space_id, revision, state, team, document, message)"
            + " VALUES ('judged', 1, 'ACTIVE', 'ranking', '{}', '')");
    assertThat(query(RolePasswords.READER, asked)).containsExactly("t t t 1");
    execute(
        PostgresServer.SUPERUSER,
        "UPDATE runway.embedding_spaces SET revision = 2 WHERE space_id = 'judged'");
    assertThat(query(RolePasswords.READER, asked)).containsExactly("f t f 2");
    execute(
        RolePasswords.WRITER,
        "UPDATE embedding_stability SET document_revision = 2 WHERE space_id = 'judged'");
    assertThat(query(RolePasswords.READER, asked)).containsExactly("t t t 2");
    execute(
        PostgresServer.SUPERUSER,
        "UPDATE runway.embedding_spaces SET state = 'ENDED', message = NULL"
            + " WHERE space_id = 'judged'");
    assertThat(query(RolePasswords.READER, asked)).containsExactly("f t f 2");
  }

  /** The document names only who minds least; the graph knows of another one. */
  @Test
  void consumersOfTheGraph_areAskedToo_whileTheyAreThere() throws Exception {
    String verdicts =
        "{\"metrics\":{},\"verdicts\":{\"COORDINATES\":{\"compatibility\":\"ROTATED\"},"
            + "\"SIMILARITY\":{\"compatibility\":\"MINOR\"}}}";
    execute(
        RolePasswords.WRITER,
        stability("used", "v2", "STABLE").replace("{\"metrics\":{},\"verdicts\":{}}", verdicts));
    assertThat(gate("used")).containsExactly("STABLE true []");
    edge("model:used", "SIMILARITY");
    assertThat(gate("used"))
        .containsExactly("MINOR true [{\"node\": \"feature:near\", \"usage\": \"SIMILARITY\"}]");
    edge("version:used/v0", "COORDINATES");
    assertThat(gate("used")).singleElement().asString().startsWith("MINOR true");
    edge("version:used/v1", "COORDINATES");
    assertThat(gate("used")).singleElement().asString().startsWith("ROTATED false");
    edge("model:used", "PREDICTION");
    assertThat(gate("used")).as("no verdict").singleElement().asString().startsWith("UNDECIDED");
    execute(
        PostgresServer.SUPERUSER,
        "UPDATE runway.graph_edges SET valid_to = now() WHERE downstream = 'feature:near'");
    assertThat(gate("used")).containsExactly("STABLE true []");
  }

  private static void edge(String upstream, String kind) throws Exception {
    String node =
        "INSERT INTO runway.graph_nodes (node_id, kind, name, source)"
            + " VALUES ('%s', '%s', '%s', 'api') ON CONFLICT DO NOTHING";
    boolean isModel = upstream.startsWith("model:");
    execute(
        PostgresServer.SUPERUSER,
        node.formatted(upstream, isModel ? "MODEL" : "VERSION", upstream.replaceAll(".*:", "")));
    execute(PostgresServer.SUPERUSER, node.formatted("feature:near", "FEATURE", "near"));
    execute(
        PostgresServer.SUPERUSER,
        "INSERT INTO runway.graph_edges (upstream, downstream, kind, source, created_by)"
            + " VALUES ('%s', 'feature:near', '%s', 'api', 'test')".formatted(upstream, kind));
  }

  private static List<String> gate(String space) throws Exception {
    return query(
        RolePasswords.READER,
        "SELECT concat_ws(' ', compatibility, passed::text, graph_consumers)"
            + " FROM v_embedding_stability WHERE space_id = '%s'".formatted(space));
  }

  private static String stability(String space, String after, String compatibility) {
    return """
    INSERT INTO embedding_stability (space_id, version_before, version_after, document_revision,
      as_of, baseline, compatibility, items_before, items_after, pairs, unusable_pairs,
      dimensions_before, dimensions_after, sample_size, neighbours, measured, rotation_uri,
      rotation_sha256, computed_at)
    VALUES ('%s', 'v1', '%s', 1, '2026-01-01T00:00:00Z', false, '%s', 1000, 1000, 1000, 0, 64, 64,
      1000, 10, '{"metrics":{},"verdicts":{}}', 'file:/a', repeat('0', 64), now())
    """
        .formatted(space, after, compatibility);
  }

  private static String staleness(String model, int revision, String state) {
    return """
    INSERT INTO staleness (model_id, model_version, revision, state, previous_state, since_at,
      coverage, signals, window_end_at, tier, judged_at, computed_at)
    VALUES ('%s', '1', %d, '%s', 'WARMING', '2026-01-01T00:00:00Z', 0.5,
      '{"parts":{"AGE":{"severity":0.5}},"missing":[],"features":["age"]}',
      '2026-01-01T00:00:00Z', 2, '2026-01-01T00:05:00Z', now())
    """
        .formatted(model, revision, state);
  }

  private static String decision(String model) {
    return """
    INSERT INTO retrain_decisions (decision_id, model_id, model_version, window_end_at, verdict, mode,
      hold, command_id, state_before, state_after, coverage, signals, inputs, explanation,
      evidence_hash, tier, decided_at, computed_at)
    VALUES ('d-%s', '%s', '1', '2026-01-01T00:00:00Z', 'RETRAIN', 'AUTO', 'COOL_DOWN', NULL, 'STALE',
      'STALE', 0.5, '{"parts":{},"missing":[],"features":[]}', '{}', 'waits', repeat('0', 64), 2,
      '2026-01-01T00:05:00Z', now())
    """
        .formatted(model, model);
  }

  @Test
  void judgement_knowsHowLongNobodyLookedBefore() throws Exception {
    execute(
        RolePasswords.WRITER,
        staleness("looked-at", 1, "HEALTHY"),
        staleness("looked-at", 2, "STALE").replace("00:05:00Z", "02:05:00Z"));

    assertThat(
            query(
                RolePasswords.READER,
                "SELECT gap_seconds::int || ' ' || extract(epoch FROM judged_at - late_from_at)::int"
                    + " FROM v_evaluation_gaps WHERE model_id = 'looked-at'"))
        .as("tier 2, an hour")
        .containsExactly("7200 3600");
  }

  @Test
  void silence_isNotLate() throws Exception {
    execute(
        RolePasswords.WRITER,
        staleness("nightly", 1, "HEALTHY"),
        staleness("nightly", 2, "NO_DATA").replace("00:05:00Z", "01:05:00Z"));
    String overdue = "SELECT overdue IS NULL FROM v_fleet WHERE model_id = 'nightly'";

    assertThat(query(RolePasswords.READER, overdue)).as("silent").containsExactly("t");

    // The one helper says WARMING of what was before.
    execute(
        RolePasswords.WRITER,
        staleness("nightly", 3, "HEALTHY")
            .replace("00:05:00Z", "23:05:00Z")
            .replace("'WARMING'", "'NO_DATA'"));

    assertThat(query(RolePasswords.READER, overdue)).as("judged again").containsExactly("f");
    assertThat(
            query(
                RolePasswords.READER,
                "SELECT gap_seconds::int FROM v_evaluation_gaps WHERE model_id = 'nightly'"))
        .as("not the 22 hours of silence")
        .containsExactly("3600");
  }

  /** By tier those of the code that decides, by policy those of its version. */
  @Test
  void levels_areThoseThatDecide() throws Exception {
    for (int tier = 1; tier <= 4; tier++) {
      Hysteresis levels = Hysteresis.ofTier(tier);
      assertThat(
              query(
                  PostgresServer.SUPERUSER,
                  "SELECT at_risk_from || ' ' || stale_from FROM runway.staleness_levels WHERE tier = "
                      + tier))
          .containsExactly(levels.upAtRisk() + " " + levels.upStale());
    }
    execute(
        PostgresServer.SUPERUSER,
        "INSERT INTO runway.policies (policy, team, version, enabled) VALUES ('strict', 'a', 2, true)",
        """
        INSERT INTO runway.policy_versions (policy, version, models, document, created_by)
        VALUES ('strict', 1, '{by-policy}', '{"spec": {"thresholds": {"atRisk": 0.2, "stale": 0.3}}}', 'ada'),
               ('strict', 2, '{by-policy}', '{"spec": {}}', 'ada')
        """);
    execute(
        RolePasswords.WRITER,
        staleness("by-tier", 1, "HEALTHY"),
        staleness("by-policy", 1, "HEALTHY"),
        staleness("by-policy", 2, "HEALTHY"));
    execute(
        PostgresServer.SUPERUSER,
        "UPDATE runway.staleness SET policy = 'strict', policy_version = revision WHERE model_id = 'by-policy'");

    assertThat(
            query(
                RolePasswords.READER,
                "SELECT model_id || ' ' || at_risk_from || ' ' || stale_from FROM v_staleness"
                    + " WHERE model_id LIKE 'by-%' ORDER BY model_id, revision"))
        .containsExactly("by-policy 0.2 0.3", "by-policy 0.4 0.6", "by-tier 0.4 0.6");
    assertThat(
            query(
                RolePasswords.READER,
                "SELECT stale_from FROM v_fleet WHERE model_id LIKE 'by-%' ORDER BY model_id"))
        .containsExactly("0.6", "0.6");
  }

  @Test
  void windowOfTheStreamAlone_isNoDifference() throws Exception {
    execute(
        RolePasswords.WRITER,
        finished(coverage("left-out", 10, 9, 6, 0, 3, 1, 0)),
        finished(delay("left-out", 6)),
        performance("left-out", 0, "FINAL", "0.5"),
        master(agreed("left-out", 3)));

    assertThat(
            query(
                RolePasswords.READER,
                "SELECT quantity FROM v_master_differences"
                    + " WHERE model_id = 'left-out' AND master IS NULL"))
        .isEmpty();
  }

  private static String agreed(String model, int hour) {
    return finished(coverage(model, 10, 9, 6, 0, 3, 1, 0))
        .replace("T01:", "T0%d:".formatted(hour + 1))
        .replace("T00:00:00Z', '", "T0%d:00:00Z', '".formatted(hour));
  }

  /** The same row in the master's table. */
  private static String master(String insert) {
    return insert.replace("INSERT INTO ", "INSERT INTO master_");
  }

  private static String finished(String insert) {
    return insert.replace("PROVISIONAL", "FINAL");
  }

  @Test
  void rowsFromBefore_stayAndGetTheTaskOfTheirWindow() throws Exception {
    RolePasswords passwords = RolePasswords.from(server.secrets()::password);
    try (Connection admin = server.connect(PostgresServer.SUPERUSER, DATABASE)) {
      Roles.prepare(admin, "older", passwords);
    }
    Flyway.configure()
        .configuration(
            Migrations.flyway(server.jdbcUrl(DATABASE), "older", passwords).getConfiguration())
        .target("1")
        .load()
        .migrate();
    for (String metric : List.of("auc", "accuracy")) {
      execute(
          RolePasswords.WRITER,
          "SET search_path = older",
          before(performance("known", 0, "FINAL", "0.1")).replace("'auc'", "'" + metric + "'"));
    }
    execute(
        RolePasswords.WRITER,
        "SET search_path = older",
        before(coverage("known", 10, 9, 4, 3, 2, 1, 0)),
        before(coverage("silent", 10, 9, 4, 3, 2, 1, 0)),
        deadLetter("older", 1));

    assertThat(migrate("older")).isEqualTo(migrations() - 1);

    assertThat(
            query(
                RolePasswords.READER,
                """
                SELECT metric || ' ' || task FROM older.v_performance
                UNION ALL SELECT model_id || ' ' || task FROM older.v_label_coverage
                UNION ALL SELECT reason FROM older.v_dead_letters
                ORDER BY 1
                """))
        .containsExactly(
            "MALFORMED", "accuracy BINARY", "auc BINARY", "known BINARY", "silent UNKNOWN");
  }

  private static int migrations() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("postgres"))) {
      return (int) files.filter(file -> file.toString().endsWith(".sql")).count();
    }
  }

  @Test
  void commentOfConceptDrift_isOfTheProbabilityThatDecides() throws Exception {
    assertThat(
            query(
                RolePasswords.READER,
                """
                SELECT c.relname || ': ' || col_description(c.oid, a.attnum)
                FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                WHERE c.relnamespace = '%s'::regnamespace
                    AND (c.relname, a.attname) IN
                        (('v_concept_drift', 'p_value'), ('v_drift_readings', 'metric'))
                ORDER BY 1
                """
                    .formatted(Migrations.SCHEMA)))
        .satisfiesExactly(
            p -> assertThat(p).contains("while the true value is at most 0.01"),
            metric -> assertThat(metric).contains("excused_by_week"));
  }

  /** As V0001 knew it. */
  private static String before(String insert) {
    return insert.replace(" task,", "").replace(" 'BINARY',", "");
  }

  @Test
  void databasesOfOneServer_canBeMigratedAtOnce() throws Exception {
    RolePasswords passwords = RolePasswords.from(server.secrets()::password);
    List<String> databases = List.of("at_once_1", "at_once_2", "at_once_3");
    for (String database : databases) {
      server.createDatabase(database);
    }
    ExecutorService migrators = Executors.newFixedThreadPool(databases.size());
    try {
      for (int round = 0; round < 10; round++) {
        List<Callable<Integer>> all =
            databases.stream()
                .<Callable<Integer>>map(
                    database -> () -> migrate(database, Migrations.SCHEMA, passwords))
                .toList();
        for (Future<Integer> one : migrators.invokeAll(all)) {
          one.get();
        }
      }
    } finally {
      migrators.shutdownNow();
    }
  }

  private static final String COLUMNS =
      """
      SELECT c.relname || ' ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
             || ' ' || a.attnotnull || ' ' || coalesce(c.relacl::text, '')
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
      WHERE c.relnamespace = '%s'::regnamespace AND c.relname NOT LIKE 'flyway%%'
          AND NOT c.relispartition -- Named by the day.
      ORDER BY 1
      """;

  private static String deadLetter(String schema, long offset) {
    return "INSERT INTO %s.dead_letters (source_topic, source_partition, source_offset, reason,"
            .formatted(schema)
        + " field, detail, event_bytes, cut, received_at) VALUES ('runway.predictions', 0, "
        + offset
        + ", 'MALFORMED', NULL, 'not JSON', '\\x00ff', false, now())";
  }

  private static String performance(String model, int hour, String maturity, String value) {
    return """
    INSERT INTO performance AS kept (model_id, model_version, task, segment, variant,
      window_start_at, window_end_at, metric, value, samples, effective_samples, maturity, estimated, revision,
      computed_at)
    VALUES ('%1$s', '1', 'BINARY', '*', '*', '2026-01-01T0%2$d:00:00Z', '2026-01-01T0%3$d:00:00Z', 'auc',
      %4$s, 5, 5.0, '%5$s', false, 1, now())
    """
        .formatted(model, hour, hour + 1, value, maturity);
  }

  private static String coverage(
      String model,
      int received,
      int predictions,
      int joined,
      int waiting,
      int unlabelled,
      int duplicates,
      int conflicts) {
    return """
    INSERT INTO label_coverage (model_id, model_version, task, segment, variant,
      window_start_at, window_end_at, received, predictions, joined, waiting, unlabelled, duplicates, conflicts,
      matured, matched_matured, maturity, revision, computed_at)
    VALUES ('%s', '1', 'BINARY', '*', '*', '2026-01-01T00:00:00Z', '2026-01-01T01:00:00Z',
      %d, %d, %d, %d, %d, %d, %d, 0, 0, 'PROVISIONAL', 1, now())
    """
        .formatted(
            model, received, predictions, joined, waiting, unlabelled, duplicates, conflicts);
  }

  private static String delay(String model, int labels) {
    return """
    INSERT INTO label_delay (model_id, model_version, task, segment, variant, window_start_at,
      window_end_at, labels, relative_error, censored, maturity, revision, computed_at)
    VALUES ('%s', '1', 'BINARY', '*', '*', '2026-01-01T00:00:00Z', '2026-01-01T01:00:00Z',
      %d, 0.01, 0, 'PROVISIONAL', 1, now())
    """
        .formatted(model, labels);
  }

  private static String drift(
      String model, String feature, String metric, int revision, String value) {
    return """
    INSERT INTO drift_readings (model_id, model_version, segment, profile_id, window_end_at, feature,
      metric, kind, value, samples, severity, flagged, status, window_start_at, evaluated_from_at,
      provisional, revision, computed_at)
    VALUES ('%1$s', '1', '*', 'b-1', '2026-01-01T00:10:00Z', '%2$s', '%3$s', '%4$s', %5$s, 9,
      %6$s, false, 'EVALUATED', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', true, %7$d, now())
    """
        .formatted(
            model,
            feature,
            metric,
            feature.equals("*") ? "MODEL" : "NUMERIC",
            value,
            metric.equals("severity") ? value : "NULL",
            revision);
  }

  private static String flagged(String insert) {
    return insert.replace("false, 'EVALUATED'", "true, 'EVALUATED'");
  }

  private static String tile(String model) {
    return """
    INSERT INTO drift_tiles (model_id, model_version, segment, profile_id, window_start_at,
      window_end_at, predictions, tile, revision, computed_at)
    VALUES ('%s', '1', '*', 'b-1', '2026-01-01T00:00:00Z', '2026-01-01T00:01:00Z', 9, '\\x00ff', 1,
      now())
    """
        .formatted(model);
  }

  private static void age(String schema, long offset, String age) throws SQLException {
    execute(
        PostgresServer.SUPERUSER,
        "UPDATE %s.dead_letters SET stored_at = now() - interval '%s' WHERE source_offset = %d"
            .formatted(schema, age, offset));
  }

  private static List<String> views() throws SQLException {
    var views =
        query(
            PostgresServer.SUPERUSER, "SELECT viewname FROM pg_views WHERE schemaname = 'runway'");
    assertThat(views).as("a view is a contract").hasSize(60);
    return views;
  }

  private static List<String> tables() throws SQLException {
    var tables =
        query(
            PostgresServer.SUPERUSER,
            "SELECT tablename FROM pg_tables WHERE schemaname = 'runway'");
    assertThat(tables)
        .contains(
            "performance",
            "label_coverage",
            "label_delay",
            "master_performance",
            "master_label_coverage",
            "master_label_delay",
            "drift_readings",
            "drift_tiles",
            "staleness",
            "staleness_now",
            "retrain_decisions",
            "embedding_stability",
            "embedding_traffic",
            "embedding_mixtures",
            "embedding_spaces",
            "dead_letters");
    return tables;
  }

  private static void refused(ThrowingCallable attempt) {
    assertThatThrownBy(attempt)
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(FORBIDDEN));
  }

  private static void violates(ThrowingCallable attempt) {
    assertThatThrownBy(attempt)
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(CHECK_VIOLATED));
  }

  private static int migrate(String schema) {
    return migrate(DATABASE, schema, RolePasswords.from(server.secrets()::password));
  }

  private static int migrate(String database, String schema, RolePasswords passwords) {
    String password = server.secrets().password(PostgresServer.SUPERUSER);
    return Migrations.migrate(
        server.jdbcUrl(database), PostgresServer.SUPERUSER, password, schema, passwords);
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

  static int freePort() throws Exception {
    // Linux gives ports from 32768 on to outgoing connections, which could take one meanwhile.
    for (int i = 0; i < 100; i++) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (BindException e) {
        // Somebody has this one.
      }
    }
    throw new IllegalStateException("no free port from 20000 to 32000");
  }
}
