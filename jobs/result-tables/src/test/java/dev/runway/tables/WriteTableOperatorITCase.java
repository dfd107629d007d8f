package dev.runway.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.model.DeadLetter;
import dev.runway.model.DriftTile;
import dev.runway.model.Maturity;
import dev.runway.model.PerformanceReading;
import dev.runway.model.Reason;
import dev.runway.model.Task;
import dev.runway.sql.RolePasswords;
import dev.runway.tables.write.DatabaseAway;
import dev.runway.tables.write.Origin;
import dev.runway.tables.write.PostgresAccess;
import dev.runway.tables.write.PostgresStore;
import dev.runway.tables.write.TableRow;
import dev.runway.tables.write.TableWriter;
import dev.runway.testkit.PostgresDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The operator alone, with the real database. */
class WriteTableOperatorITCase {
  @RegisterExtension static final PostgresDatabase POSTGRES = new PostgresDatabase();

  @TempDir Path folder;

  private Path passwordFile;
  private long offset;

  @BeforeEach
  void writePassword() throws Exception {
    passwordFile = folder.resolve("password");
    Files.writeString(passwordFile, POSTGRES.password(RolePasswords.WRITER) + "\n");
  }

  @Test
  void row_isSeenAfterTheFlushInterval() throws Exception {
    try (var harness = harness(new PerformanceRows(ReadingView.SPEED))) {
      harness.setProcessingTime(10_000);
      process(harness, Readings.of("timer", 1));
      assertThat(rows("timer")).isEmpty();

      harness.setProcessingTime(10_999);
      assertThat(rows("timer")).isEmpty();
      harness.setProcessingTime(11_000);
      assertThat(rows("timer")).containsExactly(List.of("accuracy", "0.001"), undefined());

      process(harness, Readings.of("timer", 2));
      harness.setProcessingTime(12_000);
      assertThat(rows("timer")).containsExactly(List.of("accuracy", "0.002"), undefined());
    }
  }

  @Test
  void row_isCommittedBeforeTheBarrierPasses() throws Exception {
    try (var harness = harness(new PerformanceRows(ReadingView.SPEED))) {
      process(harness, Readings.of("barrier", 1));
      harness.prepareSnapshotPreBarrier(1);
      assertThat(rows("barrier")).hasSize(2);
    }
  }

  @Test
  void row_isWrittenWhenTheInputEnds() throws Exception {
    try (var harness = harness(new PerformanceRows(ReadingView.SPEED))) {
      process(harness, Readings.of("end", 1));
      harness.endInput();
      assertThat(rows("end")).hasSize(2);
    }
  }

  @Test
  void olderRevisionAndRepeat_changeNothing() throws Exception {
    try (var harness = harness(new PerformanceRows(ReadingView.SPEED))) {
      for (long revision : new long[] {5, 3, 5}) {
        process(harness, Readings.of("older", revision));
        harness.prepareSnapshotPreBarrier(1);
      }
      assertThat(rows("older")).containsExactly(List.of("accuracy", "0.005"), undefined());
      assertThat(harness.extractOutputValues()).isEmpty();
    }
  }

  @Test
  void equalRevision_replacesUnlessItsReadingIsEarlier() throws Exception {
    try (var harness = harness(new PerformanceRows(ReadingView.SPEED))) {
      long kafkaTime = Readings.END.toEpochMilli();
      process(harness, finalReading(400), kafkaTime);
      harness.prepareSnapshotPreBarrier(1);
      assertThat(rows("equal")).containsExactly(List.of("accuracy", "0.4"), undefined());
      // All records of a batch have one time: the last one counts, in one statement or in two.
      process(harness, finalReading(450), kafkaTime);
      process(harness, finalReading(500), kafkaTime);
      harness.prepareSnapshotPreBarrier(1);
      process(harness, finalReading(600), kafkaTime - 1);
      harness.prepareSnapshotPreBarrier(1);
      assertThat(rows("equal")).containsExactly(List.of("accuracy", "0.5"), undefined());
      process(harness, finalReading(700), kafkaTime + 1);
      process(harness, finalReading(800), kafkaTime);
      harness.prepareSnapshotPreBarrier(1);
      assertThat(rows("equal")).containsExactly(List.of("accuracy", "0.7"), undefined());
    }
  }

  private static PerformanceReading finalReading(long thousandths) {
    PerformanceReading reading = Readings.of("equal", thousandths);
    return new PerformanceReading(
        reading.modelId(),
        reading.modelVersion(),
        reading.segment(),
        reading.variant(),
        reading.windowStartMillis(),
        reading.windowEndMillis(),
        PerformanceReading.FINAL_REVISION + 17,
        Maturity.FINAL,
        reading.task(),
        reading.estimated(),
        reading.coverage(),
        reading.delay(),
        reading.metrics(),
        reading.counts(),
        reading.delayCounts());
  }

  @Test
  void estimateAndOtherTask_standBesideWhatWasMeasured() throws Exception {
    try (var performance = harness(new PerformanceRows(ReadingView.SPEED));
        var coverage = harness(new LabelCoverageRows(ReadingView.SPEED));
        var delay = harness(new LabelDelayRows(ReadingView.SPEED))) {
      for (var harness : List.of(performance, coverage, delay)) {
        for (Task task : List.of(Task.BINARY, Task.MULTICLASS)) {
          process(harness, Readings.of("keys", 1, Readings.START, Readings.END, task, false));
        }
        harness.prepareSnapshotPreBarrier(1);
      }
      process(performance, Readings.of("keys", 2, Readings.START, Readings.END, Task.BINARY, true));
      performance.endInput();
    }
    assertThat(
            query(
                "SELECT task, estimated, value FROM runway.performance"
                    + " WHERE model_id = 'keys' AND metric = 'accuracy' ORDER BY 1, 2"))
        .containsExactly(row("BINARY|f|0.001"), row("BINARY|t|0.002"), row("MULTICLASS|f|0.001"));
    for (String table : List.of("label_coverage", "label_delay")) {
      assertThat(query("SELECT task FROM runway." + table + " WHERE model_id = 'keys' ORDER BY 1"))
          .containsExactly(row("BINARY"), row("MULTICLASS"));
    }
  }

  @Test
  void oldDeadLetters_areDroppedByAndByEvenWhenNoneCome() throws Exception {
    POSTGRES.migrate("pruned");
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        INSERT INTO pruned.dead_letters (source_topic, source_partition, source_offset, reason,
          detail, event_bytes, cut, received_at, stored_at)
        SELECT 't', 0, days, 'EMPTY', '', '', false, now(), now() - days * interval '1 day'
        FROM generate_series(33, 37) AS days
        """);
    try (var harness = harness(new DeadLetterRows(), access("pruned"), Duration.ofSeconds(30))) {
      long start = harness.getProcessingTime();
      harness.setProcessingTime(start + WriteTableOperator.PRUNE_EVERY.toMillis());
      assertThat(query("SELECT source_offset FROM pruned.dead_letters ORDER BY 1"))
          .containsExactly(row("33"), row("34"));

      POSTGRES.execute(
          PostgresDatabase.SUPERUSER, "UPDATE pruned.dead_letters SET stored_at = '2001-01-01'");
      harness.setProcessingTime(start + 2 * WriteTableOperator.PRUNE_EVERY.toMillis());
      assertThat(query("SELECT source_offset FROM pruned.dead_letters")).isEmpty();
    }
  }

  @Test
  void whatIsDue_isRolledUpOnceAMinute() throws Exception {
    POSTGRES.migrate("rolled");
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        INSERT INTO rolled.performance (model_id, model_version, task, segment, variant, window_start_at,
          window_end_at, metric, value, samples, effective_samples, maturity, estimated, revision, computed_at)
        SELECT 'm', 'v', 'BINARY', '*', '*', at - interval '1 hour', at, 'auc', 0.5, 9, 9, 'FINAL', false, 1, at
        FROM generate_series(now() - interval '60 days', now(), interval '1 day') AS at
        """);
    try (var harness =
        harness(new PerformanceRows(ReadingView.SPEED), access("rolled"), Duration.ofSeconds(30))) {
      harness.setProcessingTime(
          harness.getProcessingTime() + WriteTableOperator.PRUNE_EVERY.toMillis());
      assertThat(query("SELECT count(*) FROM rolled.performance_due")).containsExactly(row("0"));
      assertThat(query("SELECT sum(windows) FROM rolled.performance_days"))
          .containsExactly(row("61"));
    }
  }

  /** Rows ahead of their pieces, of pieces that are made, and while others are dropped. */
  @Test
  void upsertsWhilePiecesComeAndGo_loseNothing() throws Exception {
    POSTGRES.migrate("pieces");
    Instant begin = Instant.parse("2031-01-01T00:00:00Z");
    AtomicBoolean over = new AtomicBoolean();
    ExecutorService writers = Executors.newFixedThreadPool(3);
    try {
      List<Future<Integer>> written = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        String model = "model-" + i;
        written.add(writers.submit(() -> writeTiles(model, begin, over)));
      }
      // The first days are those of before the rows, and go while they come; none of theirs does.
      for (int hour = -20 * 24; hour < 7 * 24; hour += 6) {
        POSTGRES.execute(
            RolePasswords.OWNER,
            "SELECT pieces.drop_old('drift_tiles', '%s', 2000)"
                .formatted(begin.plus(Duration.ofHours(hour))));
      }
      over.set(true);

      int all = 0;
      for (Future<Integer> one : written) {
        all += one.get();
      }
      assertThat(query("SELECT count(*), min(revision) FROM pieces.drift_tiles"))
          .containsExactly(row(all + "|2"));
      assertThat(
              query(
                  "SELECT count(*) FROM pieces.pieces('drift_tiles')"
                      + " WHERE from_at < '%s'::timestamptz - interval '2 days'".formatted(begin)))
          .as("all days of before are gone")
          .containsExactly(row("0"));
      assertThat(query("SELECT count(*) > 0 FROM pieces.drift_tiles_2031_01_02"))
          .containsExactly(row("t"));
    } finally {
      over.set(true);
      writers.shutdownNow();
    }
  }

  /** Tiles of three days, each twice, until it is over; gives their number. */
  private int writeTiles(String model, Instant begin, AtomicBoolean over) throws Exception {
    TileRows mapping = new TileRows();
    List<TableRow> refused = new ArrayList<>();
    int tiles = 0;
    try (TableWriter writer =
        new TableWriter(
            mapping.table(),
            new PostgresStore(mapping.table(), access("pieces")),
            new TableWriter.Limits(100, 1 << 20, Duration.ofMinutes(2)),
            new TableCounters(new UnregisteredMetricsGroup()),
            (row, why) -> refused.add(row))) {
      while (!over.get() || tiles < 300) {
        for (long revision = 1; revision <= 2; revision++) {
          for (int i = tiles; i < tiles + 10; i++) {
            long start = begin.plusSeconds(60L * i + i % 3 * 86_400L).toEpochMilli();
            DriftTile tile =
                new DriftTile(
                    model, "v1", "*", "b-1", start, start + 60_000, revision, 1, new byte[] {1});
            long recordedAt = start + Duration.ofDays(30).toMillis();
            mapping
                .rows(new Sourced<>(new Origin("runway.tiles", 0, i, recordedAt), tile))
                .forEach(row -> add(writer, row));
          }
          writer.flush();
        }
        tiles += 10;
      }
    }
    assertThat(refused).isEmpty();
    return tiles;
  }

  private static void add(TableWriter writer, TableRow row) {
    try {
      writer.add(row);
    } catch (DatabaseAway | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void allColumns_areStoredAsTheyAre() throws Exception {
    try (var coverage = harness(new LabelCoverageRows(ReadingView.SPEED));
        var delay = harness(new LabelDelayRows(ReadingView.SPEED))) {
      process(coverage, Readings.of("columns", 7));
      process(delay, Readings.of("columns", 7));
      coverage.endInput();
      delay.endInput();
    }
    String window = "model_version, segment, variant, window_start_at, window_end_at, task, ";
    String rest = ", maturity, revision, computed_at ";
    assertThat(
            query(
                "SELECT "
                    + window
                    + "received, predictions, joined, waiting, unlabelled, duplicates, conflicts,"
                    + " matured, matched_matured, coverage, coverage_so_far, expected_coverage"
                    + rest
                    + "FROM runway.label_coverage WHERE model_id = 'columns'"))
        .containsExactly(
            row(
                "v1|*|*|2001-03-01 00:00:00+00|2001-03-01 01:00:00+00|BINARY|12|10|5|3|2|1|1|7|5"
                    + "|0.7142857142857143|0.5|null|PROVISIONAL|7|2001-03-01 01:00:00.5+00"));
    assertThat(
            query(
                "SELECT "
                    + window
                    + "labels, mean_millis, p50_millis, p95_millis, p99_millis, relative_error,"
                    + " censored"
                    + rest
                    + "FROM runway.label_delay WHERE model_id = 'columns'"))
        .containsExactly(
            row(
                "v1|*|*|2001-03-01 00:00:00+00|2001-03-01 01:00:00+00|BINARY|5|61000|60000|90000"
                    + "|null|0.01|5|PROVISIONAL|7|2001-03-01 01:00:00.5+00"));
  }

  @Test
  void rowsTheDatabaseRefuses_becomeDeadLettersAndTheirNeighboursGetIn() throws Exception {
    try (var harness = harness(new PerformanceRows(ReadingView.SPEED))) {
      process(harness, Readings.of("good-1", 1));
      process(
          harness, Readings.of("turned", 1, /* start= */ Readings.END, /* end= */ Readings.START));
      process(harness, Readings.of("good-2", 1));
      process(harness, Readings.of("far", 1, Readings.START, Instant.ofEpochMilli(Long.MAX_VALUE)));
      process(harness, Readings.of("long-" + randomText(9_000), 1));
      process(harness, Readings.of("good-3", 1));
      harness.prepareSnapshotPreBarrier(1);

      assertThat(rows("good-%")).hasSize(6);
      assertThat(rows("turned")).isEmpty();
      List<DeadLetter> letters = harness.extractOutputValues();
      assertThat(letters)
          .extracting(letter -> letter.offset() + " " + letter.reason() + " " + letter.field())
          .containsExactlyInAnyOrder(
              "3 BAD_VALUE window_end_at",
              "3 BAD_VALUE window_end_at",
              "1 REFUSED_BY_DATABASE performance_window_has_length",
              "1 REFUSED_BY_DATABASE performance_window_has_length",
              "4 REFUSED_BY_DATABASE null",
              "4 REFUSED_BY_DATABASE null");
      DeadLetter turned =
          letters.stream().filter(letter -> letter.offset() == 1).findFirst().orElseThrow();
      assertThat(turned.topic()).isEqualTo("runway.performance");
      assertThat(turned.detail()).startsWith("23514: ").doesNotContain("\n");
      assertThat(new String(turned.bytes(), StandardCharsets.UTF_8))
          .contains("\"table\":\"performance\"", "\"model_id\":\"turned\"");
    }
  }

  @Test
  void deadLettersOfOnePlace_areKeptApartByTheirBytes() throws Exception {
    try (var harness = harness(new DeadLetterRows())) {
      for (int content : new int[] {1, 2, 1}) {
        harness.processElement(sourced(letter((byte) content)), 0);
      }
      harness.prepareSnapshotPreBarrier(1);
      harness.processElement(sourced(letter((byte) 2)), 0);
      harness.endInput();
      assertThat(harness.extractOutputValues()).isEmpty();
    }
    assertThat(query("SELECT source_offset, event_bytes, cut FROM runway.dead_letters ORDER BY 2"))
        .containsExactly(row("-1|\\x01|f"), row("-1|\\x02|f"));
  }

  @Test
  void isolatedReplay_writesItsOwnSchema() throws Exception {
    POSTGRES.migrate("replay_7");
    try (var harness =
        harness(new PerformanceRows(ReadingView.SPEED), access("replay_7"), Duration.ZERO)) {
      process(harness, Readings.of("isolated", 1));
      harness.endInput();
    }
    assertThat(rows("isolated")).isEmpty();
    assertThat(query("SELECT count(*) FROM replay_7.performance WHERE model_id = 'isolated'"))
        .containsExactly(row("2"));
  }

  @Test
  void databaseAwayForTooLong_failsTheFlushAndCloseIsQuiet() throws Exception {
    var harness =
        harness(new PerformanceRows(ReadingView.SPEED), access("runway"), Duration.ofSeconds(1));
    process(harness, Readings.of("away", 1));
    POSTGRES.kill();
    try {
      assertThatThrownBy(() -> harness.prepareSnapshotPreBarrier(1))
          .isInstanceOf(DatabaseAway.class);
      harness.close();
    } finally {
      POSTGRES.restart();
    }
    assertThat(rows("away")).isEmpty();
  }

  @Test
  void changedPassword_isReadWithTheNextConnection() throws Exception {
    String right = Files.readString(passwordFile);
    Files.writeString(passwordFile, "wrong");
    try (var harness =
        harness(new PerformanceRows(ReadingView.SPEED), access("runway"), Duration.ofMillis(1))) {
      process(harness, Readings.of("password", 1));
      assertThatThrownBy(() -> harness.prepareSnapshotPreBarrier(1))
          .isInstanceOf(DatabaseAway.class)
          .hasMessageNotContaining("wrong");
      Files.writeString(passwordFile, right);
      process(harness, Readings.of("password", 2));
      harness.prepareSnapshotPreBarrier(2);
    }
    assertThat(rows("password")).containsExactly(List.of("accuracy", "0.002"), undefined());
  }

  private <E> OneInputStreamOperatorTestHarness<Sourced<E>, DeadLetter> harness(
      RowMapping<E> mapping) throws Exception {
    return harness(mapping, access("runway"), Duration.ofSeconds(30));
  }

  private static <E> OneInputStreamOperatorTestHarness<Sourced<E>, DeadLetter> harness(
      RowMapping<E> mapping, PostgresAccess access, Duration outageWait) throws Exception {
    var settings = new WriteSettings(access, 1_000, 8 << 20, Duration.ofSeconds(1), outageWait);
    var harness =
        new OneInputStreamOperatorTestHarness<>(new WriteTableOperator<>(mapping, settings));
    harness.open();
    return harness;
  }

  private PostgresAccess access(String schema) {
    Duration second = Duration.ofSeconds(1);
    return new PostgresAccess(
        POSTGRES.jdbcUrl(),
        RolePasswords.WRITER,
        passwordFile.toString(),
        schema,
        new PostgresAccess.Timeouts(
            second.multipliedBy(5), second.multipliedBy(10), second.multipliedBy(8), second));
  }

  private void process(
      OneInputStreamOperatorTestHarness<Sourced<PerformanceReading>, DeadLetter> harness,
      PerformanceReading reading)
      throws Exception {
    harness.processElement(sourced(reading), 0);
  }

  private void process(
      OneInputStreamOperatorTestHarness<Sourced<PerformanceReading>, DeadLetter> harness,
      PerformanceReading reading,
      long kafkaTime)
      throws Exception {
    Origin origin = new Origin("runway.performance", 0, offset++, kafkaTime);
    harness.processElement(new Sourced<>(origin, reading), 0);
  }

  private <E> Sourced<E> sourced(E event) {
    long written = Readings.END.toEpochMilli() + 500;
    return new Sourced<>(new Origin("runway.performance", 0, offset++, written), event);
  }

  private static DeadLetter letter(byte content) {
    return new DeadLetter(
        "runway.predictions", -1, -1, Reason.CONFLICT, null, "", 0, new byte[] {content}, 1);
  }

  /** Text that does not compress, so that the index sees all of it. */
  private static String randomText(int length) {
    return new java.util.Random(1)
        .ints(length, 'a', 'z')
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static List<List<@Nullable String>> rows(String model) throws Exception {
    return query(
        "SELECT metric, value FROM runway.performance WHERE model_id LIKE '%s' ORDER BY 1"
            .formatted(model));
  }

  private static List<List<@Nullable String>> query(String sql) throws Exception {
    return POSTGRES.query(PostgresDatabase.SUPERUSER, sql);
  }

  private static List<@Nullable String> undefined() {
    return row("auc|null");
  }

  private static List<@Nullable String> row(String text) {
    List<@Nullable String> values = new java.util.ArrayList<>(List.of(text.split("\\|", -1)));
    values.replaceAll(value -> "null".equals(value) ? null : value);
    return values;
  }
}
