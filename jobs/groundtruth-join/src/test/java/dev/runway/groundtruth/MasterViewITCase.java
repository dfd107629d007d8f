package dev.runway.groundtruth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.flink.ModelDirectory;
import dev.runway.flink.RawEvent;
import dev.runway.flink.TimeBounds;
import dev.runway.groundtruth.archive.Archive;
import dev.runway.groundtruth.archive.ArchivedEvents;
import dev.runway.groundtruth.archive.Days;
import dev.runway.model.GroundTruth;
import dev.runway.model.LateOutcome;
import dev.runway.model.Maturity;
import dev.runway.model.Outcome;
import dev.runway.model.OutcomeCodec;
import dev.runway.model.PerformanceReading;
import dev.runway.model.PerformanceReadingCodec;
import dev.runway.model.Prediction;
import dev.runway.model.PredictionCodec;
import dev.runway.testkit.FlinkCluster;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.FilterFunction;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.connector.datagen.functions.FromElementsGeneratorFunction;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.connector.datagen.source.GeneratorFunction;
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

  private static final long NEVER_TOO_YOUNG = Long.MAX_VALUE;

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

    // A window may begin on the day before.
    LocalDate first = MonthOfTraffic.FIRST_DAY.minusDays(1);
    LocalDate last = first.plusDays(MonthOfTraffic.DAYS + 1);
    Map<Place, PerformanceReading> whole = batch(Days.of(first, last));
    assertSame(whole, stream.finals());

    // A week with the change of documents in it; each day is a job of some seconds.
    LocalDate monday = first.plusDays(12);
    for (LocalDate day = monday; day.isBefore(monday.plusDays(7)); day = day.plusDays(1)) {
      Days one = Days.of(day, day);
      assertSame(
          batch(one),
          where(
              stream.finals(),
              place -> place.start() >= one.fromMillis() && place.start() <= one.throughMillis()));
    }
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
    // Takes the clock to where all is final.
    long end = START + Duration.ofDays(50).toMillis();
    inTime.add(event("nobody", OutcomeCodec.write(outcome("nobody", end)), end));
    List<RawEvent> outcomes = new ArrayList<>(inTime);
    outcomes.addAll(tooLate);

    Streamed stream =
        stream(
            env ->
                sent(
                    env,
                    new FromElementsGeneratorFunction<>(
                        RawEvent.TYPE, env.getConfig(), predictions),
                    predictions.size(),
                    RateLimiterStrategy.noOp(),
                    "read-predictions"),
            env ->
                sent(
                    env,
                    new HeldBack(
                        new FromElementsGeneratorFunction<>(
                            RawEvent.TYPE, env.getConfig(), outcomes),
                        inTime.size()),
                    outcomes.size(),
                    RateLimiterStrategy.noOp(),
                    "read-outcomes"));
    Map<Place, PerformanceReading> batch =
        batch(Days.of(MonthOfTraffic.FIRST_DAY, MonthOfTraffic.FIRST_DAY.plusDays(4)));

    assertThat(stream.late()).hasSize(tooLate.size() + 1);
    assertThat(batch.keySet()).isEqualTo(stream.finals().keySet());
    assertSame(
        where(batch, place -> !lateByWindow.containsKey(place.start())),
        where(stream.finals(), place -> !lateByWindow.containsKey(place.start())));
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
        new Archive.Settings(archive(), 64 << 10, Duration.ofHours(1), 1_000));
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
    Configuration configuration = new Configuration();
    configuration.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.BATCH);
    StreamExecutionEnvironment env = FLINK.environment(configuration);
    env.setParallelism(2);
    env.getConfig().enableObjectReuse();
    MasterRange range =
        new MasterRange(
            days,
            Duration.ofDays(1),
            Duration.ofDays(1),
            MonthOfTraffic.ORPHAN_WAIT,
            NEVER_TOO_YOUNG);
    CloseableIterator<PerformanceReading> readings =
        GroundTruthTopology.master(
                ArchivedEvents.predictions(env, archive(), range.predictions()),
                ArchivedEvents.outcomes(env, archive(), range.outcomes()),
                settings(MonthOfTraffic.models()),
                range)
            .collectAsync();
    env.executeAsync("batch");
    return finalsOf(readings);
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

  private static DataStream<RawEvent> sent(
      StreamExecutionEnvironment env, List<RawEvent> events, String uid) {
    return sent(
        env,
        new FromElementsGeneratorFunction<>(RawEvent.TYPE, env.getConfig(), events),
        events.size(),
        RateLimiterStrategy.perCheckpoint(1 + events.size() / CHECKPOINTS),
        uid);
  }

  private static DataStream<RawEvent> sent(
      StreamExecutionEnvironment env,
      GeneratorFunction<Long, RawEvent> events,
      long count,
      RateLimiterStrategy<?> pace,
      String uid) {
    return env.fromSource(
            new DataGeneratorSource<>(events, count, pace, RawEvent.TYPE),
            WatermarkStrategy.forGenerator(context -> new BehindKafka()),
            uid)
        .uid(uid)
        .setParallelism(1);
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

  /** Holds the rest of the events back until all predictions are final. */
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
      if (number == from && !finals.await(2, TimeUnit.MINUTES)) {
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
