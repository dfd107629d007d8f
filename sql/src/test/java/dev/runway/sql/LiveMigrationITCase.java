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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The schema is brought up to date while others work in it. */
class LiveMigrationITCase {
  private static final String DATABASE = "live";
  private static final String BEFORE_PIECES = "46";
  private static final Patience SHORT =
      new Patience(Duration.ofMillis(100), Duration.ofMillis(10), Duration.ofMinutes(10));

  @TempDir static Path home;

  private static PostgresServer server;

  @BeforeAll
  static void startServer() throws Exception {
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx--x--x"));
    server = new PostgresServer(home, Path.of("target", "postgres"), MigrationsITCase.freePort());
    server.start();
    server.createDatabase(DATABASE);
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  /**
   * Readers of one view and of several, again and again: a view is theirs while they wait for its
   * table.
   */
  @Test
  void tablesComeInPieces_whileReadersRead() throws Exception {
    String schema = "read";
    before(schema);
    List<String> questions =
        List.of(
            "SELECT count(*) FROM v_performance",
            "SELECT count(*) FROM v_label_coverage AS c JOIN v_performance AS p USING (model_id)",
            "SELECT (SELECT count(*) FROM v_staleness) + (SELECT count(*) FROM v_label_coverage)");
    AtomicBoolean done = new AtomicBoolean();
    CountDownLatch allRead = new CountDownLatch(questions.size());
    ExecutorService readers = Executors.newFixedThreadPool(questions.size());
    try {
      List<Future<List<String>>> answers = new ArrayList<>();
      for (String question : questions) {
        answers.add(readers.submit(() -> readOn(schema, question, done, allRead)));
      }
      assertThat(allRead.await(5, TimeUnit.MINUTES)).isTrue();

      assertThat(migrate(schema, Patience.USUAL, told -> {})).isPositive();

      done.set(true);
      for (int i = 0; i < questions.size(); i++) {
        // Without a failure, and the same all the time.
        assertThat(answers.get(i).get()).as(questions.get(i)).hasSizeGreaterThan(1);
        assertThat(answers.get(i).get()).as(questions.get(i)).containsOnly(i == 2 ? "40" : "20");
      }
    } finally {
      done.set(true);
      readers.shutdownNow();
    }
    assertThat(one(schema, "SELECT count(*) FROM ONLY performance_early")).isEqualTo("20");
  }

  @Test
  void readerWhoLetsGo_isWaitedFor() throws Exception {
    String schema = "waited";
    before(schema);
    CountDownLatch triedAgain = new CountDownLatch(3);
    ExecutorService migrator = Executors.newSingleThreadExecutor();
    try (Connection reader = reading(schema)) {
      Future<Integer> migrated =
          migrator.submit(() -> migrate(schema, SHORT, told -> triedAgain.countDown()));
      assertThat(triedAgain.await(5, TimeUnit.MINUTES)).isTrue();
      assertThat(version(schema)).isEqualTo(BEFORE_PIECES);

      reader.commit();

      assertThat(migrated.get(5, TimeUnit.MINUTES)).isPositive();
    } finally {
      migrator.shutdownNow();
    }
    assertThat(Integer.valueOf(version(schema))).isGreaterThan(46);
  }

  @Test
  void readerWhoNeverLetsGo_isLeftAlone() throws Exception {
    String schema = "held";
    before(schema);
    try (Connection reader = reading(schema)) {
      Patience none = new Patience(Duration.ofMillis(100), Duration.ZERO, Duration.ZERO);
      assertThatThrownBy(() -> migrate(schema, none, told -> {}))
          .isInstanceOf(MigrationFailed.class)
          .hasMessageContaining("V0047");
      reader.commit();
    }
    assertThat(version(schema)).isEqualTo(BEFORE_PIECES);
    assertThat(one(schema, "SELECT count(*) FROM performance")).isEqualTo("20");
  }

  /** They would show what there is today, for ever. */
  @Test
  void viewsOfOthers_areNamedAndNothingIsDone() throws Exception {
    String schema = "others";
    before(schema);
    execute(
        "CREATE SCHEMA people",
        "CREATE MATERIALIZED VIEW people.by_model AS SELECT model_id FROM others.performance",
        "CREATE VIEW people.covered AS SELECT model_id FROM others.label_coverage");

    List<String> again = new ArrayList<>();
    assertThatThrownBy(() -> migrate(schema, Patience.USUAL, again::add))
        .isInstanceOf(MigrationFailed.class)
        .hasMessageContaining("people.by_model, people.covered");
    assertThat(again).as("waiting does not help").isEmpty();
    assertThat(version(schema)).isEqualTo(BEFORE_PIECES);

    execute("DROP SCHEMA people CASCADE");
    assertThat(migrate(schema, Patience.USUAL, told -> {})).isPositive();
  }

  /** An alert reads it each minute: that is not to undo the long look for days. */
  @Test
  void daysAreNoted_whileSomebodyReadsFinalCoverage() throws Exception {
    String schema = "covered";
    before(schema);
    migrateTo("52", schema);
    try (Connection reader = server.connect(RolePasswords.READER, DATABASE);
        Statement statement = reader.createStatement()) {
      reader.setAutoCommit(false);
      statement.executeQuery("SELECT count(*) FROM %s.v_final_coverage".formatted(schema)).close();

      migrateTo("53", schema);

      reader.commit();
    }
    assertThat(version(schema)).isEqualTo("53");
    assertThat(one(schema, "SELECT count(*) FROM coverage_due")).isEqualTo("20");
    assertThat(migrate(schema, Patience.USUAL, told -> {})).isPositive();
  }

  private static void migrateTo(String version, String schema) {
    Flyway.configure()
        .configuration(
            Migrations.flyway(server.jdbcUrl(DATABASE), schema, passwords()).getConfiguration())
        .target(version)
        .load()
        .migrate();
  }

  /** As it was, with some rows. */
  private static void before(String schema) throws SQLException {
    RolePasswords passwords = passwords();
    try (Connection admin = server.connect(PostgresServer.SUPERUSER, DATABASE)) {
      Roles.prepare(admin, schema, passwords);
    }
    Flyway.configure()
        .configuration(
            Migrations.flyway(server.jdbcUrl(DATABASE), schema, passwords).getConfiguration())
        .target(BEFORE_PIECES)
        .load()
        .migrate();
    execute(
        """
        INSERT INTO %s.performance (model_id, model_version, task, segment, variant, window_start_at,
          window_end_at, metric, value, samples, effective_samples, maturity, estimated, revision, computed_at)
        SELECT 'm' || n, 'v', 'BINARY', '*', '*', now() - interval '2 hours', now(), 'auc', 0.5, 9, 9, 'FINAL',
               false, 1, now()
        FROM generate_series(1, 20) AS n
        """
            .formatted(schema),
        """
        INSERT INTO %s.label_coverage (model_id, model_version, task, segment, variant, window_start_at,
          window_end_at, received, predictions, joined, waiting, unlabelled, duplicates, conflicts, matured,
          matched_matured, maturity, revision, computed_at)
        SELECT 'm' || n, 'v', 'BINARY', '*', '*', now() - interval '2 hours', now(), 9, 9, 9, 0, 0, 0, 0, 9, 9,
               'FINAL', 1, now()
        FROM generate_series(1, 20) AS n
        """
            .formatted(schema),
        """
        INSERT INTO %s.staleness (model_id, model_version, revision, state, previous_state, since_at, coverage,
          signals, window_end_at, tier, judged_at, computed_at)
        SELECT 'm' || n, 'v', (extract(epoch FROM now()) * 1000)::bigint, 'HEALTHY', 'HEALTHY', now(), 0.5, '{}',
               now(), 2, now(), now()
        FROM generate_series(1, 20) AS n
        """
            .formatted(schema));
  }

  /** What it was told, until it is done. */
  private static List<String> readOn(
      String schema, String question, AtomicBoolean done, CountDownLatch read) throws SQLException {
    List<String> answers = new ArrayList<>();
    try (Connection connection = server.connect(RolePasswords.READER, DATABASE);
        Statement statement = connection.createStatement()) {
      statement.execute("SET search_path = " + schema);
      // A migration on a busy machine takes longer than readers usually wait.
      statement.execute("SET statement_timeout = 0");
      do {
        try (ResultSet row = statement.executeQuery(question)) {
          row.next();
          answers.add(row.getString(1));
        }
        read.countDown();
      } while (!done.get());
    }
    return answers;
  }

  /** Somebody who has read and holds what was read. */
  private static Connection reading(String schema) throws SQLException {
    Connection reader = server.connect(RolePasswords.READER, DATABASE);
    reader.setAutoCommit(false);
    try (Statement statement = reader.createStatement()) {
      statement.executeQuery("SELECT count(*) FROM %s.v_performance".formatted(schema)).close();
    }
    return reader;
  }

  private static int migrate(String schema, Patience patience, Consumer<String> told) {
    return Migrations.migrate(
        server.jdbcUrl(DATABASE),
        PostgresServer.SUPERUSER,
        server.secrets().password(PostgresServer.SUPERUSER),
        schema,
        passwords(),
        patience,
        told);
  }

  private static RolePasswords passwords() {
    return RolePasswords.from(server.secrets()::password);
  }

  private static String version(String schema) throws SQLException {
    return one(
        schema,
        "SELECT max(version::int) FROM flyway_schema_history WHERE success AND version IS NOT NULL");
  }

  private static String one(String schema, String sql) throws SQLException {
    try (Connection connection = server.connect(PostgresServer.SUPERUSER, DATABASE);
        Statement statement = connection.createStatement()) {
      statement.execute("SET search_path = " + schema);
      try (ResultSet row = statement.executeQuery(sql)) {
        row.next();
        return row.getString(1);
      }
    }
  }

  private static void execute(String... statements) throws SQLException {
    try (Connection connection = server.connect(PostgresServer.SUPERUSER, DATABASE);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
