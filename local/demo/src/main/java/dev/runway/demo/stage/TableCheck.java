package dev.runway.demo.stage;

import dev.runway.demo.result.ResultReader;
import dev.runway.demo.result.Results;
import dev.runway.model.DriftReading;
import dev.runway.model.PerformanceReading;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Waits until the tables of an arena say what its topics say. */
public final class TableCheck {
  private static final Duration PAUSE = Duration.ofMillis(250);

  /** How long topics must have been at rest before a comparison counts. */
  private static final Duration QUIET = Duration.ofSeconds(2);

  /**
   * What both sides must agree on.
   *
   * @param revisions their sum, a fingerprint rather than a number to read
   */
  private record Sums(
      long windows,
      long received,
      long joined,
      long revisions,
      long metrics,
      long delays,
      long drift,
      long driftRows,
      long tiles,
      long letters) {

    String words() {
      return String.format(
          Locale.ROOT,
          "%,d windows of %,d records and %,d joined predictions (revisions %d), %,d metrics,"
              + " %,d delays, %,d windows of drift in %,d rows, %,d tiles, %,d dead"
              + " letters",
          windows,
          received,
          joined,
          revisions,
          metrics,
          delays,
          drift,
          driftRows,
          tiles,
          letters);
    }
  }

  /** Revisions are summed by remainder: 2,048 final ones alone are beyond 63 bits. */
  private static final long REMAINDER = 1_000_000_007;

  private static final String QUESTION =
      """
      SELECT count(*), coalesce(sum(received), 0), coalesce(sum(joined), 0),
             coalesce(sum(revision %% %d), 0),
             (SELECT count(*) FROM v_performance WHERE NOT provisional),
             (SELECT count(*) FROM v_label_delay WHERE NOT provisional),
             (SELECT count(*) FROM v_drift),
             (SELECT count(*) FROM v_drift_readings),
             (SELECT count(*) FROM v_drift_tiles),
             (SELECT count(DISTINCT (source_topic, source_partition, source_offset, reason))
              FROM v_dead_letters)
      FROM v_label_coverage
      WHERE NOT provisional
      """
          .formatted(REMAINDER);

  private TableCheck() {}

  /**
   * Waits.
   *
   * @param results all of them final
   * @throws IOException when the tables do not come to agree, with both sides' sums
   */
  public static void await(DemoStack.TableAccess tables, Results results, Duration atMost)
      throws IOException, InterruptedException {
    Sums expected = expected(results);
    long deadline = System.nanoTime() + atMost.toNanos();
    Sums found = null;
    SQLException lastTrouble = null;
    while (System.nanoTime() < deadline) {
      try {
        found = inTables(tables);
        lastTrouble = null;
        if (found.equals(expected)) {
          return;
        }
      } catch (SQLException e) {
        lastTrouble = e;
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
    }
    throw disagreement(atMost, expected, found, lastTrouble);
  }

  /**
   * Waits, and reads on meanwhile: what comes behind the join, such as readings of concept drift,
   * may come when the rest has long been final.
   *
   * @param atMost how long neither side may change while they do not agree
   * @return what the topics hold
   * @throws IOException when both are at rest and do not agree, with both sides' sums
   */
  public static Results await(Arena arena, Duration atMost)
      throws IOException, InterruptedException {
    try (ResultReader reader =
        new ResultReader(arena.stack().bootstrapServers(), arena.namespace())) {
      Results results = reader.results();
      Sums found = null;
      SQLException lastTrouble = null;
      long lastNews = System.nanoTime();
      while (true) {
        if (reader.read(PAUSE) > 0) {
          lastNews = System.nanoTime();
        }
        Duration quiet = Duration.ofNanos(System.nanoTime() - lastNews);
        if (quiet.compareTo(QUIET) < 0 || !reader.atEnd()) {
          continue;
        }
        Sums expected = expected(results);
        try {
          Sums now = inTables(arena.tables());
          lastTrouble = null;
          if (now.equals(expected)) {
            return results;
          }
          if (!now.equals(found)) {
            found = now;
            lastNews = System.nanoTime();
          }
        } catch (SQLException e) {
          lastTrouble = e;
        }
        if (quiet.compareTo(atMost) > 0) {
          throw disagreement(atMost, expected, found, lastTrouble);
        }
        TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
      }
    }
  }

  private static IOException disagreement(
      Duration atMost, Sums expected, @Nullable Sums found, @Nullable SQLException lastTrouble) {
    return new IOException(
        "the tables do not say what the topics say after "
            + atMost.toSeconds()
            + " s:\n  topics: "
            + expected.words()
            + "\n  tables: "
            + (found == null ? "cannot be read" : found.words())
            + (lastTrouble == null ? "" : "\n  last trouble: " + lastTrouble.getMessage()),
        lastTrouble);
  }

  private static Sums expected(Results results) {
    long received = 0;
    long joined = 0;
    long revisions = 0;
    long metrics = 0;
    for (PerformanceReading reading : results.readings()) {
      received += reading.coverage().received();
      joined += reading.coverage().joined();
      revisions += reading.revision() % REMAINDER;
      metrics += reading.metrics().size();
    }
    int windows = results.readings().size();
    return new Sums(
        windows,
        received,
        joined,
        revisions,
        metrics,
        windows,
        results.drift().readings().size(),
        results.drift().readings().stream().mapToLong(TableCheck::rows).sum(),
        results.drift().tiles(),
        results.deadLetters());
  }

  /** Rows of a reading of drift: four of the model, one of each feature, one of each signal. */
  private static long rows(DriftReading reading) {
    return 4 + reading.features().stream().mapToLong(f -> 1 + f.signals().size()).sum();
  }

  private static Sums inTables(DemoStack.TableAccess tables) throws SQLException {
    Properties login = new Properties();
    login.setProperty("user", tables.user());
    login.setProperty("password", tables.password());
    try (Connection connection = DriverManager.getConnection(tables.jdbcUrl(), login);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(QUESTION)) {
      row.next();
      return new Sums(
          row.getLong(1),
          row.getLong(2),
          row.getLong(3),
          row.getLong(4),
          row.getLong(5),
          row.getLong(6),
          row.getLong(7),
          row.getLong(8),
          row.getLong(9),
          row.getLong(10));
    }
  }
}
