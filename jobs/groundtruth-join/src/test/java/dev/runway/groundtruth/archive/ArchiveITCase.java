package dev.runway.groundtruth.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.runway.groundtruth.join.AdmittedOutcome;
import dev.runway.groundtruth.join.AdmittedPrediction;
import dev.runway.groundtruth.join.JoinKey;
import dev.runway.groundtruth.join.SomeModel;
import dev.runway.groundtruth.state.GroundTruthSerializer;
import dev.runway.model.GroundTruth;
import dev.runway.model.LabelStatus;
import dev.runway.model.Limits;
import dev.runway.model.Maturity;
import dev.runway.model.Outcome;
import dev.runway.testkit.FlinkCluster;
import dev.runway.testkit.Waits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.connector.datagen.source.GeneratorFunction;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The archive written by a Flink cluster with faults, and read by another tool. */
class ArchiveITCase {
  @RegisterExtension static final FlinkCluster FLINK = new FlinkCluster();

  private static final long NOON = 20_000L * 86_400_000 + 43_200_000;
  private static final long EVENTS = 4_000;
  private static final int DAYS = 3;
  private static final List<String> MODELS = List.of("late-arrival", "a/b=c", "1.0", "x*");
  private static final int PARTS = DAYS * 4;

  /** Elements made so far, over all attempts of a job: sources of tests know no other way. */
  private static final AtomicLong MADE = new AtomicLong();

  private static final AtomicBoolean FAILS = new AtomicBoolean();
  private static final AtomicReference<Path> ARCHIVE = new AtomicReference<>();
  private static final AtomicInteger FILES_AT_FAILURE = new AtomicInteger();

  @TempDir Path folder;

  @BeforeEach
  void reset() {
    MADE.set(0);
    FAILS.set(false);
  }

  @Test
  void failureAndSavepoint_leaveEveryRowOnce_andOneFileForEachPart() throws Exception {
    ARCHIVE.set(archive());
    FAILS.set(true);
    JobClient first = submit(null, settings(64 << 20)).executeAsync("archive");
    await().atMost(Waits.LONG).until(() -> MADE.get() > 2 * EVENTS && !FAILS.get());
    String savepoint =
        first
            .stopWithSavepoint(
                false,
                folder.resolve("savepoints").toUri().toString(),
                SavepointFormatType.CANONICAL)
            .get();
    assertThat(ParquetFiles.finished(archive())).as("files before the end").isEmpty();

    submit(savepoint, settings(64 << 20)).execute("archive");

    assertEverythingOnce();
    for (String dataset : List.of("predictions", "outcomes", "groundtruth")) {
      assertThat(ParquetFiles.finished(archive().resolve(dataset))).hasSize(PARTS);
    }
    assertThatDuckDbReadsIt();
    assertThatDocumentedQueriesRun();
  }

  /** Files have been written before the failure, before the savepoint, and by other subtasks. */
  @Test
  void fullBatches_areThereOnce_overFailureSavepointAndRescaling_asFilesOfTheirSize()
      throws Exception {
    int fileBytes = 4_096;
    ARCHIVE.set(archive());
    FAILS.set(true);
    JobClient first = submit(null, settings(fileBytes)).executeAsync("archive");
    await().atMost(Waits.LONG).until(() -> MADE.get() > 2 * EVENTS && !FAILS.get());
    String savepoint =
        first
            .stopWithSavepoint(
                false,
                folder.resolve("savepoints").toUri().toString(),
                SavepointFormatType.CANONICAL)
            .get();
    assertThat(FILES_AT_FAILURE.get()).as("files at the failure").isPositive();

    StreamExecutionEnvironment wider = submit(savepoint, settings(fileBytes));
    wider.setParallelism(3);
    wider.execute("archive");

    assertEverythingOnce();
    int small = 0;
    for (Path file : ParquetFiles.finished(archive().resolve("predictions"))) {
      long bytes = waitingBytes(ParquetFiles.read(new PredictionRows(), file));
      small += bytes < fileBytes ? 1 : 0;
      assertThat(bytes).as("%s: a batch and a bundle", file).isLessThan(2L * fileBytes);
    }
    // Each file but the last of a part is full.
    assertThat(small).isLessThanOrEqualTo(PARTS);
    assertThat(Coverage.read(archive().toUri().toString()).spans())
        .as("one epoch, over the failure and the savepoint")
        .containsExactly(new Coverage.Span(Long.MIN_VALUE, NOON - 1));
  }

  /**
   * The savepoint has files to finish that have long been merged into others and are gone: on a
   * local disk the job goes on all the same, and no row is lost or there twice.
   */
  @Test
  void compactionBetweenSavepointAndRestart_leavesEveryRowOnce() throws Exception {
    int fileBytes = 4_096;
    ARCHIVE.set(archive());
    JobClient first = submit(null, settings(fileBytes)).executeAsync("archive");
    await()
        .atMost(Waits.LONG)
        .until(() -> ParquetFiles.finished(archive().resolve("predictions")).size() > PARTS);
    String savepoint =
        first
            .stopWithSavepoint(
                false,
                folder.resolve("savepoints").toUri().toString(),
                SavepointFormatType.CANONICAL)
            .get();
    List<Path> before = ParquetFiles.finished(archive());

    compact();

    List<Path> after = ParquetFiles.finished(archive());
    assertThat(after).hasSizeLessThan(before.size());
    submit(savepoint, settings(fileBytes)).execute("archive");
    assertEverythingOnce();
    assertThat(ParquetFiles.finished(archive())).containsAll(after);
    assertThatDuckDbReadsIt();

    compact();
    assertEverythingOnce();
  }

  private void compact() throws IOException {
    new ArchiveMain(() -> Instant.now().plus(Duration.ofDays(3)), System.out)
        .run(new String[] {"compact", "--folder", archive().toUri().toString()}, null);
  }

  /** What the job had read before is not in the archive. */
  @Test
  void archiveThatIsSwitchedOnAtARestart_coversNothingOfBefore() throws Exception {
    JobClient without = submit(null, null).executeAsync("no archive");
    await().atMost(Waits.LONG).until(() -> MADE.get() > EVENTS / 2);
    String savepoint =
        without
            .stopWithSavepoint(
                false,
                folder.resolve("savepoints").toUri().toString(),
                SavepointFormatType.CANONICAL)
            .get();
    long restartedAt = System.currentTimeMillis();

    Archive.Settings later =
        new Archive.Settings(
            archive().toUri().toString(), 4_096, Duration.ofHours(1), 1_000, false);
    submit(savepoint, later).execute("archive");

    assertThat(new CoverageFiles(archive().toUri().toString()).read())
        .isNotEmpty()
        .allSatisfy(
            epoch -> {
              assertThat(epoch.from())
                  .isGreaterThanOrEqualTo(restartedAt + Limits.MAX_AHEAD.toMillis());
              assertThat(epoch.through()).isEqualTo(NOON - 1);
            });
  }

  private static long waitingBytes(List<AdmittedPrediction> events) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    for (AdmittedPrediction event : events) {
      new PredictionRows().serializer().serialize(event, out);
    }
    return out.length();
  }

  private Path archive() {
    return folder.resolve("archive");
  }

  private Archive.Settings settings(long fileBytes) {
    return new Archive.Settings(
        archive().toUri().toString(), fileBytes, Duration.ofHours(1), 1_000, true);
  }

  private static StreamExecutionEnvironment submit(
      @Nullable String savepoint, Archive.@Nullable Settings settings) {
    Configuration configuration = new Configuration();
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 3);
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10));
    if (savepoint != null) {
      configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
    }
    StreamExecutionEnvironment env = FLINK.environment(configuration);
    env.setParallelism(2);
    env.enableCheckpointing(100);
    env.getConfig().enableObjectReuse();
    var predictions = made(env, new Predictions(), new PredictionRows().type(), "make-predictions");
    var outcomes = made(env, new Outcomes(), new OutcomeRows().type(), "make-outcomes");
    var truth = made(env, new Truths(), GroundTruthSerializer.TYPE, "make-truth");
    if (settings == null) {
      for (DataStream<?> stream : List.of(predictions, outcomes, truth)) {
        discard(stream);
      }
    } else {
      Archive.write(predictions, outcomes, truth, settings);
    }
    return env;
  }

  private static <T> void discard(DataStream<T> stream) {
    String uid = "discard-" + stream.getType().getTypeClass().getSimpleName();
    stream.sinkTo(new DiscardingSink<>()).uid(uid);
  }

  /** All of this test's events are later. */
  private static final class BeforeNoon<T> implements WatermarkGenerator<T> {
    @Override
    public void onEvent(T event, long timestamp, WatermarkOutput output) {
      output.emitWatermark(new Watermark(NOON - 1));
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {}
  }

  private static <T> DataStream<T> made(
      StreamExecutionEnvironment env,
      GeneratorFunction<Long, T> maker,
      TypeInformation<T> type,
      String uid) {
    return env.fromSource(
            // So much a checkpoint: there are many of them on the way, and the end does not come
            // before the failure and the savepoint.
            new DataGeneratorSource<>(maker, EVENTS, RateLimiterStrategy.perCheckpoint(200), type),
            WatermarkStrategy.forGenerator(context -> new BeforeNoon<T>()),
            uid)
        .uid(uid);
  }

  private static void count(long number) {
    MADE.incrementAndGet();
    if (number == EVENTS / 4 && FAILS.compareAndSet(true, false)) {
      FILES_AT_FAILURE.set(ParquetFiles.finished(ARCHIVE.get()).size());
      throw new IllegalStateException("the failure of this test");
    }
  }

  private static long at(long number) {
    return NOON + number % DAYS * 86_400_000;
  }

  private static JoinKey key(long number) {
    return JoinKey.of(MODELS.get((int) (number % 4)), "p" + number);
  }

  private static final class Predictions implements GeneratorFunction<Long, AdmittedPrediction> {
    @Override
    public AdmittedPrediction map(Long number) {
      count(number);
      return prediction(number);
    }
  }

  private static AdmittedPrediction prediction(long number) {
    AdmittedPrediction event =
        SomeModel.implicitNegative().prediction("p", at(number), number % 100 / 100.0);
    return new AdmittedPrediction(
        key(number),
        event.terms(),
        event.version(),
        event.predictedAtMillis(),
        event.score(),
        event.decision(),
        null,
        Double.NaN,
        number % 50 == 0 ? List.of("a", "b") : null,
        null,
        null,
        event.weightUnits(),
        event.fingerprint(),
        3,
        number,
        event.recordedAtMillis());
  }

  private static final class Outcomes implements GeneratorFunction<Long, AdmittedOutcome> {
    @Override
    public AdmittedOutcome map(Long number) {
      count(-1);
      return outcome(number);
    }
  }

  private static AdmittedOutcome outcome(long number) {
    return new AdmittedOutcome(
        key(number),
        at(number) + 60_000,
        0,
        Outcome.RETRACTS_NOTHING,
        "true",
        Double.NaN,
        null,
        1,
        false,
        1,
        number,
        at(number));
  }

  private static final class Truths implements GeneratorFunction<Long, GroundTruth> {
    @Override
    public GroundTruth map(Long number) {
      count(-1);
      return truth(number, number % 3 == 0 ? Maturity.PROVISIONAL : Maturity.FINAL);
    }
  }

  private static boolean isUnlabelled(long number) {
    return number % 30 == 1;
  }

  private static GroundTruth truth(long number, Maturity maturity) {
    JoinKey key = key(number);
    boolean unlabelled = isUnlabelled(number);
    return new GroundTruth(
        key.modelId(),
        key.predictionId(),
        GroundTruth.FINAL_REVISION + 8,
        maturity,
        unlabelled ? LabelStatus.UNLABELLED : LabelStatus.LABELLED,
        "v1",
        // The days of the finals are all there: 3 and 3 have no common rhythm with a shift.
        NOON + number / 3 % DAYS * 86_400_000,
        0.5,
        null,
        Double.NaN,
        null,
        null,
        1,
        null,
        unlabelled ? Double.NaN : 1,
        unlabelled ? -1 : 60_000,
        unlabelled ? 0 : 1);
  }

  private static List<AdmittedPrediction> predictions() {
    return LongStream.range(0, EVENTS).mapToObj(ArchiveITCase::prediction).toList();
  }

  private static List<GroundTruth> finals() {
    return LongStream.range(0, EVENTS)
        .filter(number -> number % 3 != 0)
        .mapToObj(number -> truth(number, Maturity.FINAL))
        .toList();
  }

  private static long labelled() {
    return finals().stream().filter(truth -> truth.status() == LabelStatus.LABELLED).count();
  }

  private void assertEverythingOnce() throws IOException {
    assertThat(ParquetFiles.readAll(new PredictionRows(), archive()))
        .containsExactlyInAnyOrderElementsOf(predictions());
    assertThat(ParquetFiles.readAll(new OutcomeRows(), archive()))
        .containsExactlyInAnyOrderElementsOf(
            LongStream.range(0, EVENTS).mapToObj(ArchiveITCase::outcome).toList());
    assertThat(ParquetFiles.readAll(new TruthRows(), archive()))
        .containsExactlyInAnyOrderElementsOf(finals());
  }

  private void assertThatDuckDbReadsIt() throws SQLException {
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:")) {
      assertThat(
              rows(
                  duck,
                  "SELECT count(*), count(DISTINCT prediction_id) FROM " + files("predictions")))
          .containsExactly(EVENTS + "|" + EVENTS);
      assertThat(
              rows(
                  duck,
                  "SELECT DISTINCT model, model_id FROM " + files("predictions") + " ORDER BY 1"))
          .containsExactlyInAnyOrderElementsOf(
              MODELS.stream().map(model -> model + "|" + model).toList());
      assertThat(
              rows(
                  duck,
                  "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM "
                      + files("predictions")
                      + ")"))
          .contains(
              "prediction_id|VARCHAR",
              "predicted_at|TIMESTAMP WITH TIME ZONE",
              "score|DOUBLE",
              "ranking|VARCHAR[]",
              "decision|BOOLEAN",
              "horizon_millis|BIGINT",
              "kafka_partition|INTEGER",
              "day|DATE");
      assertThat(
              rows(
                  duck, "SELECT count(*) FROM " + files("predictions") + " WHERE ranking[2] = 'b'"))
          .containsExactly(Long.toString(EVENTS / 50));
      assertThat(
              rows(
                  duck,
                  """
                  SELECT count(*), sum(g.actual_value), min(o.observed_at - p.predicted_at)
                  FROM %s p
                  JOIN %s o USING (model_id, prediction_id)
                  JOIN %s g USING (model_id, prediction_id)
                  """
                      .formatted(files("predictions"), files("outcomes"), files("groundtruth"))))
          .containsExactly(finals().size() + "|" + labelled() + ".0|00:01:00");
    }
  }

  /** What the page on the archive says one can ask. */
  private void assertThatDocumentedQueriesRun() throws SQLException, IOException {
    String page = Files.readString(Path.of("../../docs/archive.md"));
    String[] queries =
        page.substring(page.indexOf("```sql") + 6, page.lastIndexOf("```"))
            .replace("'archive/", "'" + archive() + "/")
            .split(";", 2);
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:")) {
      assertThat(rows(duck, queries[0])).hasSize(DAYS);
      Map<String, Long> missed =
          LongStream.range(0, EVENTS)
              .filter(number -> number % 3 != 0 && isUnlabelled(number))
              .mapToObj(number -> key(number).modelId())
              .collect(Collectors.groupingBy(model -> model, Collectors.counting()));
      assertThat(rows(duck, queries[1]))
          .containsExactlyInAnyOrderElementsOf(
              missed.entrySet().stream().map(e -> e.getKey() + "|" + e.getValue()).toList());
    }
  }

  private String files(String dataset) {
    return "read_parquet('%s/%s/**/*.parquet', hive_partitioning = true)"
        .formatted(archive(), dataset);
  }

  private static List<String> rows(Connection connection, String query) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (ResultSet result = connection.createStatement().executeQuery(query)) {
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
          row.add(String.valueOf(result.getObject(i)));
        }
        rows.add(String.join("|", row));
      }
    }
    return rows;
  }
}
