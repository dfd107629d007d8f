package dev.runway.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.drift.window.Persistence;
import dev.runway.postgres.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The view of alarms raises them in the windows in which {@link Persistence} does. */
class DriftAlarmsITCase {
  private static final String DATABASE = "alarms";
  private static final long START = 1_767_225_600_000L;
  private static final long MINUTE = 60_000;
  private static final List<String> FEATURES = List.of("age", "price", "word");

  @TempDir static Path home;

  private static PostgresServer server;

  @BeforeAll
  static void startServer() throws Exception {
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx--x--x"));
    server = new PostgresServer(home, Path.of("target", "postgres"), MigrationsITCase.freePort());
    server.start();
    server.createDatabase(DATABASE);
    Migrations.migrate(
        server.jdbcUrl(DATABASE),
        PostgresServer.SUPERUSER,
        server.secrets().password(PostgresServer.SUPERUSER),
        Migrations.SCHEMA,
        RolePasswords.from(server.secrets()::password));
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  /**
   * A window as the job may judge it.
   *
   * @param flagged names that its reading has
   * @param all how many were flagged
   */
  private record Judged(long from, long end, boolean evaluated, Set<String> flagged, int all) {
    Judged(long from, long end, boolean evaluated, Set<String> flagged) {
      this(from, end, evaluated, flagged, flagged.size());
    }
  }

  @Test
  void alarms_areRaisedWhereThePersistenceOfFlagsSaysSo() throws Exception {
    Random random = new Random(20_261_126);
    List<String> expected = new ArrayList<>();
    for (int model = 0; model < 40; model++) {
      int minutes = model % 2 == 0 ? 10 : 60;
      List<Judged> windows = windows(random, minutes * MINUTE);
      write("model-" + model, "b-1", minutes * MINUTE, windows);
      expected.addAll(raised("model-" + model, minutes == 10 ? 2 : 3, windows));
    }

    assertThat(expected).hasSizeGreaterThan(100);
    assertThat(view())
        .filteredOn(alarm -> alarm.startsWith("model-"))
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  /** Of so many one that is not named may be flagged or not. */
  @Test
  void windowThatFlaggedMoreThanItNames_endsNoRow() throws Exception {
    write("all", "b-1", 10 * MINUTE, threeWindows(200));
    write("worst", "b-1", 10 * MINUTE, threeWindows(201));
    write("all-of-users", "custom.b-1", 10 * MINUTE, threeWindows(100));
    write("worst-of-users", "custom.b-1", 10 * MINUTE, threeWindows(101));

    assertThat(view())
        .filteredOn(alarm -> !alarm.startsWith("model-"))
        .containsExactlyInAnyOrder(
            "worst age " + (START + 30 * MINUTE), "worst-of-users age " + (START + 30 * MINUTE));
  }

  /** It is shown, and is no alarm; nor does it end one. */
  @Test
  void windowWithoutBaseline_isShownAndIsNoAlarm() throws Exception {
    write("bare", "b-1", 10 * MINUTE, threeWindows(200).subList(0, 1));
    try (Connection connection = server.connect(RolePasswords.WRITER, DATABASE);
        PreparedStatement rows =
            connection.prepareStatement(
                """
                INSERT INTO runway.drift_readings (model_id, model_version, segment, profile_id,
                    window_end_at, feature, metric, kind, samples, value, flagged, status,
                    window_start_at, evaluated_from_at, provisional, revision, computed_at)
                SELECT 'bare', '2', '*', 'no-baseline', ?, '*', metric, 'MODEL', 700, value, false,
                       'NO_BASELINE', ?, ?, false, 700, now()
                FROM (VALUES ('severity', NULL), ('features', 0), ('evaluated', 0), ('flagged', 0))
                    AS m (metric, value)
                """)) {
      rows.setTimestamp(1, new Timestamp(START + 20 * MINUTE));
      rows.setTimestamp(2, new Timestamp(START + 10 * MINUTE));
      rows.setTimestamp(3, new Timestamp(START + 10 * MINUTE));
      rows.executeUpdate();
    }

    try (Connection connection = server.connect(RolePasswords.READER, DATABASE);
        ResultSet row =
            connection
                .createStatement()
                .executeQuery(
                    """
                    SELECT status, predictions, features, evaluated, flagged, severity
                    FROM runway.v_drift_latest
                    WHERE model_id = 'bare' AND model_version = '2'
                    """)) {
      assertThat(row.next()).isTrue();
      assertThat(row.getString("status")).isEqualTo("NO_BASELINE");
      assertThat(row.getLong("predictions")).isEqualTo(700);
      for (String none : List.of("features", "evaluated", "flagged")) {
        assertThat(row.getInt(none)).isZero();
      }
      assertThat(row.getObject("severity")).isNull();
      assertThat(row.next()).isFalse();
    }
    assertThat(view()).noneMatch(alarm -> alarm.startsWith("bare"));
  }

  private static List<Judged> threeWindows(int flaggedInBetween) {
    List<Judged> windows = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      long end = START + (i + 1) * 10L * MINUTE;
      windows.add(
          i == 1
              ? new Judged(end - 10 * MINUTE, end, true, Set.of("price"), flaggedInBetween)
              : new Judged(end - 10 * MINUTE, end, true, Set.of("age")));
    }
    return windows;
  }

  /** Runs of flags and of none; some windows cannot be judged, some take earlier ones in. */
  private static List<Judged> windows(Random random, long length) {
    List<Judged> windows = new ArrayList<>();
    Set<String> flagged = new TreeSet<>();
    for (int i = 0; i < 60; i++) {
      for (String feature : FEATURES) {
        if (random.nextInt(3) == 0 && !flagged.remove(feature)) {
          flagged.add(feature);
        }
      }
      long end = START + (i + 1) * length;
      int widened = random.nextInt(3) == 0 ? random.nextInt(4) : 0;
      boolean evaluated = random.nextInt(6) != 0;
      windows.add(
          new Judged(
              end - (widened + 1) * length,
              end,
              evaluated,
              evaluated ? new TreeSet<>(flagged) : Set.of()));
    }
    return windows;
  }

  private static List<String> raised(String model, int inRow, List<Judged> windows) {
    List<String> raised = new ArrayList<>();
    Persistence persistence = new Persistence(inRow);
    Set<String> before = Set.of();
    for (Judged window : windows) {
      if (window.evaluated()) {
        Set<String> now = persistence.next(window.from(), window.end(), window.flagged());
        for (String feature : now) {
          if (!before.contains(feature)) {
            raised.add(model + " " + feature + " " + window.end());
          }
        }
        before = now;
      }
    }
    return raised;
  }

  private static void write(String model, String profile, long length, List<Judged> windows)
      throws Exception {
    String insert =
        """
        INSERT INTO runway.drift_readings (model_id, model_version, segment, profile_id,
            window_end_at, feature, metric, kind, samples, value, severity, flagged, status,
            window_start_at, evaluated_from_at, provisional, revision, computed_at)
        VALUES (?, '1', '*', ?, ?, ?, ?, ?, 500, ?, 1, ?, ?, ?, ?, false, 1, now())
        """;
    try (Connection connection = server.connect(RolePasswords.WRITER, DATABASE);
        PreparedStatement rows = connection.prepareStatement(insert)) {
      for (Judged window : windows) {
        add(rows, model, profile, length, window, "*", "severity", 1);
        add(rows, model, profile, length, window, "*", "flagged", window.all());
        for (String feature : window.flagged()) {
          add(rows, model, profile, length, window, feature, "severity", 1);
        }
      }
      rows.executeBatch();
    }
  }

  private static void add(
      PreparedStatement rows,
      String model,
      String profile,
      long length,
      Judged window,
      String feature,
      String metric,
      double value)
      throws Exception {
    rows.setString(1, model);
    rows.setString(2, profile);
    rows.setTimestamp(3, new Timestamp(window.end()));
    rows.setString(4, feature);
    rows.setString(5, metric);
    rows.setString(6, feature.equals("*") ? "MODEL" : "NUMERIC");
    rows.setDouble(7, value);
    rows.setBoolean(8, window.all() > 0);
    rows.setString(9, window.evaluated() ? "EVALUATED" : "INSUFFICIENT_DATA");
    rows.setTimestamp(10, new Timestamp(window.end() - length));
    rows.setTimestamp(11, new Timestamp(window.from()));
    rows.addBatch();
  }

  private static List<String> view() throws Exception {
    try (Connection connection = server.connect(RolePasswords.READER, DATABASE);
        ResultSet rows =
            connection
                .createStatement()
                .executeQuery("SELECT model_id, feature, raised_at FROM runway.v_drift_alarms")) {
      List<String> raised = new ArrayList<>();
      while (rows.next()) {
        raised.add(
            rows.getString(1) + " " + rows.getString(2) + " " + rows.getTimestamp(3).getTime());
      }
      return raised;
    }
  }
}
