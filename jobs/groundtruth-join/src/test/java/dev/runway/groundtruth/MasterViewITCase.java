package dev.runway.groundtruth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.flink.ModelDirectory;
import dev.runway.flink.RawEvent;
import dev.runway.flink.RawHeader;
import dev.runway.flink.TimeBounds;
import dev.runway.groundtruth.archive.Archive;
import dev.runway.groundtruth.archive.ArchiveKeeping;
import dev.runway.groundtruth.archive.ArchivedEvents;
import dev.runway.groundtruth.archive.Coverage;
import dev.runway.groundtruth.archive.Days;
import dev.runway.model.GroundTruth;
import dev.runway.model.Heartbeat;
import dev.runway.model.LateOutcome;
import dev.runway.model.Maturity;
import dev.runway.model.Outcome;
import dev.runway.model.OutcomeCodec;
import dev.runway.model.PerformanceReading;
import dev.runway.model.PerformanceReadingCodec;
import dev.runway.model.Prediction;
import dev.runway.model.PredictionCodec;
import dev.runway.testkit.FlinkCluster;
import dev.runway.testkit.Waits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.FilterFunction;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource.NumberSequenceSplit;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiter;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.connector.datagen.functions.FromElementsGeneratorFunction;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.connector.datagen.source.GeneratorFunction;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The stream with its archive, then the batch over the archive, on a Flink cluster: both views of
 * the same traffic are the same, and where labels came too late for the stream, the batch has them.
 */
class MasterViewITCase {
  @RegisterExtension static final FlinkCluster FLINK = new FlinkCluster();

  /** Sources go on with each checkpoint, so that their clocks stay within a few days. */
  private static final int CHECKPOINTS = 60;

  private static final long HOUR = 3_600_000;
  private static final long START = MonthOfTraffic.FIRST_DAY.toEpochDay() * 24 * HOUR;
  private static final int LABELLED = 200;

  /** Predictions of the test of late labels that are not final yet. */
  private static volatile CountDownLatch finals = new CountDownLatch(0);

  /** When all horizons and memories are over. */
  private static final long TAIL = START + Duration.ofDays(80).toMillis();

  /** Heartbeats of that time: some to be sent, and some to hold back until the archive is there. */
  private static final int BEATS = 20;

  @TempDir Path folder;

  /** Which reading. */
  private record Place(
      String modelId, String version, String segment, String variant, long start, long end) {
    static Place of(PerformanceReading reading) {
      return new Place(
          reading.modelId(),
          reading.modelVersion(),
          reading.segment(),
          reading.variant(),
          reading.windowStartMillis(),
          reading.windowEndMillis());
    }
  }

  private record Streamed(Map<Place, PerformanceReading> finals, List<LateOutcome> late) {}

  @Test
  void thirtyDays_areTheSameInStreamAndBatch_asARangeAndDayByDay() throws Exception {
    MonthOfTraffic traffic = new MonthOfTraffic(7);
    Streamed stream =
        stream(
            env -> sent(env, traffic.predictions(), "read-predictions"),
            env -> sent(env, traffic.outcomes(), "read-outcomes"));
    assertThat(stream.finals()).hasSizeGreaterThan(5_000);
    assertThat(stream.late())
        .extracting(LateOutcome::why)
        .contains(LateOutcome.Why.AFTER_HORIZON, LateOutcome.Why.ORPHAN);
    assertThat(traffic.retractions()).isGreaterThan(100);
    assertThat(sum(stream.finals(), PerformanceReading.Coverage::duplicates)).isGreaterThan(100);
    assertThat(sum(stream.finals(), PerformanceReading.Coverage::conflicts)).isGreaterThan(100);
    assertThat(sum(stream.finals(), PerformanceReading.Coverage::unlabelled)).isGreaterThan(100);

    // A window may begin on the day before.
    LocalDate first = MonthOfTraffic.FIRST_DAY.minusDays(1);
    LocalDate last = first.plusDays(MonthOfTraffic.DAYS + 1);
    Map<Place, PerformanceReading> whole = batch(Days.of(first, last));
    assertSame(whole, stream.finals());

    // Days around the change of documents; each is a job of some seconds.
    LocalDate monday = first.plusDays(13);
    for (LocalDate day = monday; day.isBefore(monday.plusDays(4)); day = day.plusDays(1)) {
      Days one = Days.of(day, day);
      assertSame(
          batch(one),
          where(
              stream.finals(),
              place -> place.start() >= one.fromMillis() && place.start() <= one.throughMillis()));
    }

    // A day before the change, when not all of its outcomes are in the archive.
    Days early = Days.of(first.plusDays(10), first.plusDays(10));
    long through = early.throughMillis() + Duration.ofHours(30).toMillis();
    Predicate<Place> covered =
        place ->
            place.start() >= early.fromMillis()
                && place.start() <= early.throughMillis()
                && place.end() + MonthOfTraffic.firstHorizonMillis(place.modelId()) <= through;
    assertThat(where(stream.finals(), covered)).isNotEmpty();
    Map<String, Object> counted = new HashMap<>();
    assertSame(
        batch(early, Coverage.of(List.of(new Coverage.Span(Long.MIN_VALUE, through))), counted),
        where(stream.finals(), covered));
    // The last of those that are left out asks for so much.
    assertThat((Long) counted.get("left-until")).isGreaterThan(through);
    assertThat(
            batch(
                early,
                Coverage.of(
                    List.of(new Coverage.Span(Long.MIN_VALUE, (Long) counted.get("left-until")))),
                counted))
        .hasSizeGreaterThan(where(stream.finals(), covered).size());
    assertThat(counted.get("left-until")).as("of none").isEqualTo(Long.MIN_VALUE);

    dropDays(whole, first);
  }

  /** What the first days that are left need was dropped; the others are as they were. */
  private void dropDays(Map<Place, PerformanceReading> whole, LocalDate first) throws Exception {
    LocalDate firstKept = first.plusDays(20);
    keep(firstKept.plusDays(90), "retain");

    Days atTheEdge = Days.of(firstKept, firstKept.plusDays(4));
    long covered = atTheEdge.fromMillis() + Duration.ofDays(1).toMillis();
    Map<Place, PerformanceReading> asked =
        where(
            whole,
            place ->
                place.start() >= atTheEdge.fromMillis()
                    && place.start() <= atTheEdge.throughMillis());
    Map<Place, PerformanceReading> left = where(asked, place -> place.start() >= covered);
    Map<Place, PerformanceReading> gone = where(asked, place -> place.start() < covered);
    assertThat(left).isNotEmpty();
    assertThat(gone).isNotEmpty();
    Map<String, Object> counted = new HashMap<>();

    assertSame(batch(atTheEdge, Coverage.read(archive()), counted), left);
    assertThat(counted.get("windows")).isEqualTo(versionWindows(left));
    assertThat(counted.get("windows-not-covered")).isEqualTo(versionWindows(gone));
    assertThat(counted.get("left-until")).as("they never come back").isEqualTo(Long.MIN_VALUE);
  }

  private void keep(LocalDate today, String verb) throws Exception {
    InstantSource clock = () -> today.atTime(12, 0).toInstant(ZoneOffset.UTC);
    assertThat(ArchiveKeeping.run(clock, verb, archive())).isZero();
  }

  private static long versionWindows(Map<Place, PerformanceReading> readings) {
    return readings.keySet().stream()
        .filter(
            place ->
                place.segment().equals(PerformanceReading.ALL)
                    && place.variant().equals(PerformanceReading.ALL))
        .count();
  }

  @Test
  void labelsThatCameTooLateForTheStream_areInTheBatch_andNothingElseIsOther() throws Exception {
    finals = new CountDownLatch(LABELLED);
    List<RawEvent> predictions = new ArrayList<>();
    List<RawEvent> inTime = new ArrayList<>();
    List<RawEvent> tooLate = new ArrayList<>();
    Map<Long, Long> lateByWindow = new HashMap<>();
    for (int i = 0; i < LABELLED; i++) {
      long at = START + i * Duration.ofMinutes(15).toMillis();
      predictions.add(event("p" + i, PredictionCodec.write(prediction("p" + i, at)), at));
      if (i % 4 == 0) {
        inTime.add(event("p" + i, OutcomeCodec.write(outcome("p" + i, at + 60_000)), at + 60_000));
      } else if (i % 4 == 1 && i > LABELLED / 2) {
        long arrivesAt = START + Duration.ofDays(50).toMillis() + i;
        tooLate.add(event("p" + i, OutcomeCodec.write(outcome("p" + i, at + 90_000)), arrivesAt));
        lateByWindow.merge(at - at % HOUR, 1L, Long::sum);
      }
    }
    // Takes the clock to where all is final; then a prediction comes that is too late as well.
    long end = START + Duration.ofDays(50).toMillis();
    int inTimeToo = predictions.size() + 1;
    predictions.add(beat(end));
    predictions.add(event("late", PredictionCodec.write(prediction("late", START + 1)), end + 1));
    inTime.add(event("nobody", OutcomeCodec.write(outcome("nobody", end)), end));
    List<RawEvent> outcomes = new ArrayList<>(inTime);
    outcomes.addAll(tooLate);

    Streamed stream =
        stream(
            env ->
                sent(
                    env,
                    new HeldBack(
                        new FromElementsGeneratorFunction<>(
                            RawEvent.TYPE, env.getConfig(), beatingOn(predictions)),
                        inTimeToo),
                    predictions.size(),
                    Integer.MAX_VALUE,
                    "read-predictions"),
            env ->
                sent(
                    env,
                    new HeldBack(
                        new FromElementsGeneratorFunction<>(
                            RawEvent.TYPE, env.getConfig(), beatingOn(outcomes)),
                        inTime.size()),
                    outcomes.size(),
                    Integer.MAX_VALUE,
                    "read-outcomes"));
    Map<Place, PerformanceReading> batch =
        batch(Days.of(MonthOfTraffic.FIRST_DAY, MonthOfTraffic.FIRST_DAY.plusDays(4)));

    assertThat(stream.late()).hasSize(tooLate.size() + 1);
    // It came under the document of its time, which has other windows.
    Place ofTheLatePrediction =
        new Place(
            "explicit",
            "v1",
            PerformanceReading.ALL,
            PerformanceReading.ALL,
            START,
            START + 2 * HOUR);
    assertThat(batch.get(ofTheLatePrediction).coverage().received()).isEqualTo(1);
    Predicate<Place> sameInBoth =
        place -> !place.equals(ofTheLatePrediction) && !lateByWindow.containsKey(place.start());
    assertSame(where(batch, sameInBoth), where(stream.finals(), sameInBoth));
    lateByWindow.forEach(
        (start, late) -> {
          PerformanceReading.Coverage fast = only(stream.finals(), start).coverage();
          PerformanceReading.Coverage accurate = only(batch, start).coverage();
          assertThat(accurate.joined()).isEqualTo(fast.joined() + late);
          assertThat(accurate.unlabelled()).isEqualTo(fast.unlabelled() - late);
          assertThat(accurate.received()).isEqualTo(fast.received());
          // So wherever a reader keeps the highest revision, it is the accurate one.
          assertThat(only(batch, start).revision())
              .isGreaterThan(only(stream.finals(), start).revision());
        });
    assertThat(lateByWindow).isNotEmpty();

    // A job that started without its state would have archived its records again.
    archiveAgain();
    assertSame(
        batch(Days.of(MonthOfTraffic.FIRST_DAY, MonthOfTraffic.FIRST_DAY.plusDays(4))), batch);

    // Every folder has at least two files now; so many years later all of them are old.
    long rows = rowsOfPredictions();
    keep(LocalDate.of(2100, 1, 1), "compact");
    assertThat(archived()).isNotEmpty().allMatch(MasterViewITCase::isAlone);
    assertThat(rowsOfPredictions()).isEqualTo(rows);
    assertSame(
        batch(Days.of(MonthOfTraffic.FIRST_DAY, MonthOfTraffic.FIRST_DAY.plusDays(4))), batch);
  }

  private static boolean isAlone(Path file) {
    try (Stream<Path> beside = Files.list(file.getParent())) {
      return beside.count() == 1;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long rowsOfPredictions() throws IOException {
    return ArchiveKeeping.predictions(folder.resolve("archive"));
  }

  private List<Path> archived() throws IOException {
    try (Stream<Path> all = Files.walk(folder.resolve("archive"))) {
      return all.filter(file -> file.getFileName().toString().startsWith("part-")).toList();
    }
  }

  private void archiveAgain() throws IOException {
    List<Path> files = archived();
    assertThat(files).isNotEmpty();
    for (Path file : files) {
      Files.copy(file, file.resolveSibling("part-again-" + file.getFileName()));
    }
  }

  private static long sum(
      Map<Place, PerformanceReading> readings, ToLongFunction<PerformanceReading.Coverage> count) {
    return readings.values().stream().map(PerformanceReading::coverage).mapToLong(count).sum();
  }

  private static PerformanceReading only(Map<Place, PerformanceReading> readings, long start) {
    return where(readings, place -> place.start() == start).values().iterator().next();
  }

  private static Prediction prediction(String id, long at) {
    return new Prediction(
        id,
        "explicit",
        "v1",
        at,
        0.7,
        null,
        Double.NaN,
        null,
        null,
        null,
        null,
        null,
        Double.NaN,
        1);
  }

  private static Outcome outcome(String id, long at) {
    return new Outcome(id, "explicit", at, "true", Double.NaN, null, 1, Outcome.RETRACTS_NOTHING);
  }

  private static RawEvent event(String id, byte[] value, long arrivesAt) {
    return new RawEvent(
        id.getBytes(StandardCharsets.US_ASCII), value, "t", 0, 0, arrivesAt, List.of());
  }

  private static void assertSame(
      Map<Place, PerformanceReading> batch, Map<Place, PerformanceReading> stream) {
    Map<Place, String> expected = texts(stream);
    Map<Place, String> found = texts(batch);
    // Thousands are equal: what differs is what one wants to read.
    List<Place> different = new ArrayList<>(found.keySet());
    different.addAll(expected.keySet());
    different.removeIf(place -> Objects.equals(expected.get(place), found.get(place)));
    assertThat(different)
        .as(
            () -> {
              Place first = different.get(0);
              return "%d readings differ, such as%nbatch  %s%nstream %s"
                  .formatted(different.size(), found.get(first), expected.get(first));
            })
        .isEmpty();
  }

  private static Map<Place, String> texts(Map<Place, PerformanceReading> readings) {
    Map<Place, String> texts = new HashMap<>();
    readings.forEach((place, reading) -> texts.put(place, text(reading)));
    return texts;
  }

  private static String text(PerformanceReading reading) {
    return new String(PerformanceReadingCodec.write(reading), StandardCharsets.UTF_8);
  }

  private static Map<Place, PerformanceReading> where(
      Map<Place, PerformanceReading> readings, Predicate<Place> holds) {
    return readings.entrySet().stream()
        .filter(entry -> holds.test(entry.getKey()))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private interface Events {
    DataStream<RawEvent> in(StreamExecutionEnvironment env);
  }

  private Streamed stream(Events predictions, Events outcomes) throws Exception {
    StreamExecutionEnvironment env = FLINK.environment();
    env.setParallelism(2);
    env.enableCheckpointing(100);
    env.getConfig().enableObjectReuse();
    var out =
        GroundTruthTopology.build(
            predictions.in(env), outcomes.in(env), settings(MonthOfTraffic.models()));
    Archive.write(
        out.predictions(),
        out.outcomes(),
        out.truth(),
        new Archive.Settings(archive(), 64 << 10, Duration.ofSeconds(2), 1_000, true));
    CloseableIterator<PerformanceReading> readings = out.readings().collectAsync();
    CloseableIterator<LateOutcome> late = out.late().collectAsync();
    out.truth()
        .filter(new SeeFinals())
        .uid("see-finals")
        .sinkTo(new DiscardingSink<>())
        .uid("discard-truth");
    env.executeAsync("stream");
    Map<Place, PerformanceReading> finals = finalsOf(readings);
    List<LateOutcome> tooLate = new ArrayList<>();
    late.forEachRemaining(tooLate::add);
    return new Streamed(finals, tooLate);
  }

  private Map<Place, PerformanceReading> batch(Days days) throws Exception {
    return batch(days, Coverage.read(archive()));
  }

  private Map<Place, PerformanceReading> batch(Days days, Coverage coverage) throws Exception {
    return batch(days, coverage, new HashMap<>());
  }

  /**
   * A batch run.
   *
   * @param counted takes what the job has counted
   */
  private Map<Place, PerformanceReading> batch(
      Days days, Coverage coverage, Map<String, Object> counted) throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.BATCH);
    StreamExecutionEnvironment env = FLINK.environment(configuration);
    env.setParallelism(2);
    env.getConfig().enableObjectReuse();
    MasterRange range =
        new MasterRange(
            days, Duration.ofDays(1), Duration.ofDays(1), MonthOfTraffic.ORPHAN_WAIT, coverage);
    CloseableIterator<PerformanceReading> readings =
        GroundTruthTopology.master(
                ArchivedEvents.predictions(env, archive(), range.predictions()),
                ArchivedEvents.outcomes(env, archive(), range.outcomes()),
                settings(MonthOfTraffic.models()),
                range)
            .collectAsync();
    JobClient job = env.executeAsync("batch");
    Map<Place, PerformanceReading> finals = finalsOf(readings);
    counted.putAll(job.getJobExecutionResult().get().getAllAccumulatorResults());
    return finals;
  }

  private static Map<Place, PerformanceReading> finalsOf(
      CloseableIterator<PerformanceReading> readings) {
    Map<Place, PerformanceReading> finals = new HashMap<>();
    readings.forEachRemaining(
        reading -> {
          if (reading.maturity() == Maturity.FINAL) {
            assertThat(finals.put(Place.of(reading), reading)).as("said once").isNull();
          }
        });
    return finals;
  }

  private static GroundTruthTopology.Settings settings(ModelDirectory.Factory models) {
    return new GroundTruthTopology.Settings(
        new Admitting(TimeBounds.maxAge(Duration.ofDays(60)), 1, models),
        "predictions",
        "outcomes",
        MonthOfTraffic.ORPHAN_WAIT,
        MonthOfTraffic.LATE_MEMORY,
        Duration.ofMillis(500),
        200,
        1_000);
  }

  private String archive() {
    return folder.resolve("archive").toUri().toString();
  }

  private DataStream<RawEvent> sent(
      StreamExecutionEnvironment env, List<RawEvent> events, String uid) {
    return sent(
        env,
        new FromElementsGeneratorFunction<>(RawEvent.TYPE, env.getConfig(), beatingOn(events)),
        events.size(),
        1 + events.size() / CHECKPOINTS,
        uid);
  }

  /** The events, then the producer's word that there are no more. */
  private static List<RawEvent> beatingOn(List<RawEvent> events) {
    List<RawEvent> all = new ArrayList<>(events);
    all.addAll(Collections.nCopies(BEATS, beat(TAIL)));
    return all;
  }

  private static RawEvent beat(long at) {
    RawHeader word = new RawHeader(Heartbeat.HEADER, Heartbeat.write(at));
    return new RawEvent(null, null, "t", 0, 0, at, List.of(word));
  }

  private DataStream<RawEvent> sent(
      StreamExecutionEnvironment env,
      GeneratorFunction<Long, RawEvent> events,
      int count,
      int perCheckpoint,
      String uid) {
    String archive = archive();
    return env.fromSource(
            new DataGeneratorSource<>(
                events,
                count + BEATS,
                subtasks -> new UntilArchived(archive, count + BEATS / 2, perCheckpoint),
                RawEvent.TYPE),
            WatermarkStrategy.forGenerator(context -> new BehindKafka()),
            uid)
        .uid(uid)
        .setParallelism(1);
  }

  /** So many events a checkpoint; the last ones when the archive has all that came before them. */
  private static final class UntilArchived implements RateLimiter<NumberSequenceSplit> {
    private final String archive;
    private final int freely;
    private final int perCheckpoint;
    private int asked;
    private int since;
    private CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);

    UntilArchived(String archive, int freely, int perCheckpoint) {
      this.archive = archive;
      this.freely = freely;
      this.perCheckpoint = perCheckpoint;
    }

    @Override
    public CompletionStage<Void> acquire(int events) {
      asked += events;
      since += events;
      if (since > perCheckpoint || asked > freely) {
        gate = gate.isDone() && !isArchived() ? new CompletableFuture<>() : gate;
      }
      return gate;
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) {
      since = 0;
      if (asked <= freely || isArchived()) {
        gate.complete(null);
      }
    }

    private boolean isArchived() {
      try {
        return Coverage.read(archive)
            .covers(Long.MIN_VALUE, TAIL - MonthOfTraffic.DISORDER.toMillis() - 1);
      } catch (IOException e) {
        return false;
      }
    }
  }

  /** Sees what is final. */
  private static final class SeeFinals implements FilterFunction<GroundTruth> {
    @Override
    public boolean filter(GroundTruth truth) {
      if (truth.maturity() == Maturity.FINAL) {
        finals.countDown();
      }
      return false;
    }
  }

  /** Holds the rest of the events back until what came in time is final. */
  private static final class HeldBack implements GeneratorFunction<Long, RawEvent> {
    private final FromElementsGeneratorFunction<RawEvent> events;
    private final long from;

    HeldBack(FromElementsGeneratorFunction<RawEvent> events, long from) {
      this.events = events;
      this.from = from;
    }

    @Override
    public void open(SourceReaderContext context) throws Exception {
      events.open(context);
    }

    @Override
    public RawEvent map(Long number) throws Exception {
      if (number == from && !finals.await(Waits.LONG.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("not all predictions are final: " + finals.getCount());
      }
      return events.map(number);
    }
  }

  /** Moves with every event as far as it may. */
  private static final class BehindKafka implements WatermarkGenerator<RawEvent> {
    @Override
    public void onEvent(RawEvent event, long timestamp, WatermarkOutput output) {
      output.emitWatermark(
          new Watermark(event.kafkaTimestampMillis() - MonthOfTraffic.DISORDER.toMillis() - 1));
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {}
  }
}
