package dev.runway.driftmonitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.driftmonitor.baseline.FixedBaselines;
import dev.runway.driftmonitor.concept.ConceptSettings;
import dev.runway.driftmonitor.custom.CustomSettings;
import dev.runway.driftmonitor.merge.TierWindows;
import dev.runway.driftmonitor.merge.WindowReport;
import dev.runway.flink.BundleOperator;
import dev.runway.flink.ModelDirectory;
import dev.runway.flink.RawEvent;
import dev.runway.flink.Sampler;
import dev.runway.flink.TimeBounds;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftReading.Signal;
import dev.runway.model.MalformedEvent;
import dev.runway.model.ModelDocument;
import dev.runway.model.ModelDocumentCodec;
import dev.runway.testkit.FlinkCluster;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.testutils.InMemoryReporter;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What the whole topology holds while poison comes without end, in bytes of the heap: state is on
 * it here, and nothing else of this JVM grows. What is sent is many times what it may grow by, so
 * whoever keeps names, words, segments or long texts is found.
 */
class PoisonMemoryITCase {
  private static final InMemoryReporter METRICS = InMemoryReporter.createWithRetainedMetrics();

  @RegisterExtension
  static final FlinkCluster FLINK =
      new FlinkCluster(METRICS.addToConfiguration(new Configuration()));

  private static final int HOURS = 12;

  /**
   * What is held goes up and down by 16 MB with the windows, the longest of which are this long:
   * the least within such a span is what stays.
   */
  private static final int SPAN = 4;

  /** Until then windows and samples fill up: six windows of the sample, horizon and lateness. */
  private static final int FULL_AFTER = 2;

  /**
   * The least of two spans differs by 1 MB. In the hours between them, kept words, each cut to 128
   * characters, were 18 MB; kept names half a gigabyte.
   */
  private static final long MAY_GROW = 10L << 20;

  @Test
  void poisonWithoutEnd_isCounted_andNotKept() throws Exception {
    PoisonStream.HELD.clear();
    PoisonStream.SENT.set(0);
    Configuration onHeap = new Configuration();
    onHeap.set(StateBackendOptions.STATE_BACKEND, "hashmap");
    StreamExecutionEnvironment env = FLINK.environment(onHeap);
    env.setParallelism(1);
    // One source, so that neither of them hurries ahead of what is measured.
    DataStream<Long> numbers =
        env.fromSequence(0, (long) HOURS * PoisonStream.PER_HOUR).uid("number-poison");
    DriftMonitorTopology.Outputs out =
        DriftMonitorTopology.build(
            stream(numbers, "predictions", new PoisonStream.Predictions()),
            stream(numbers, "tiles", new PoisonStream.Tiles()),
            stream(numbers, "truths", new PoisonStream.Truths()),
            settings());
    out.tiles().sinkTo(new DiscardingSink<>()).uid("drop-tiles");
    out.baselines().sinkTo(new DiscardingSink<>()).uid("drop-baselines");
    out.dead().sinkTo(new DiscardingSink<>()).uid("drop-dead");
    Set<String> segments = new TreeSet<>();
    DriftReading last = null;
    try (CloseableIterator<DriftReading> readings = out.readings().collectAsync()) {
      JobID job = env.executeAsync().getJobID();
      while (readings.hasNext()) {
        DriftReading reading = readings.next();
        if (reading.modelId().equals("price")) {
          segments.add(reading.segment());
        } else if (reading.profileId().startsWith("bad-")) {
          last = reading;
        }
      }
      requireCounters(job);
    }

    assertThat(segments).containsExactly(DriftReading.ALL, ModelDocument.OTHER);
    requireNewWords(last);
    requireBounded();
  }

  private static DataStream<RawEvent> stream(
      DataStream<Long> numbers, String name, MapFunction<Long, RawEvent> of) {
    return numbers
        .map(of)
        .returns(RawEvent.TYPE)
        .uid("make-" + name)
        .assignTimestampsAndWatermarks(
            WatermarkStrategy.<RawEvent>forMonotonousTimestamps()
                .withTimestampAssigner((event, before) -> event.kafkaTimestampMillis()))
        .uid("date-" + name);
  }

  private static DriftMonitorTopology.Settings settings() throws MalformedEvent {
    return new DriftMonitorTopology.Settings(
        TimeBounds.earliest(Instant.EPOCH),
        Sampler.of(1),
        ModelDirectory.fixed(
            model("bad", "BINARY"), model("bare", "BINARY"), model("price", "REGRESSION")),
        new FixedBaselines(false, PoisonedPredictions.profile("bad")),
        new WindowReport.Settings(500, 0.05, 20),
        CustomSettings.none(),
        TierWindows.standard(),
        new ConceptSettings(1_000, 5_000, Duration.ofMinutes(10)),
        Duration.ofMinutes(30),
        1_000,
        BundleOperator.SHARE_OF_HEAP,
        2_000);
  }

  private static ModelDocument model(String id, String task) throws MalformedEvent {
    return ModelDocumentCodec.read(
        JobTopics.bytes(
            """
            {"model_id":"%s","tier":1,"task":"%s","versions":["1"],"horizon":"PT1H"}\
            """
                .formatted(id, task)));
  }

  private static void requireCounters(JobID job) {
    long tooLong = numbers().filter(PoisonStream::isTooLong).count();
    assertThat(count(job, "count prediction", "dead")).isEqualTo(tooLong).isPositive();
    assertThat(count(job, "count prediction", "unknown-features"))
        .isEqualTo(
            numbers()
                .filter(i -> !PoisonStream.isBare(i) && !PoisonStream.isTooLong(i))
                .map(PoisonStream::unseen)
                .sum());
    assertThat(count(job, "make provisional baseline", "impossible-baselines")).isPositive();
    assertThat(count(job, "make provisional baseline", "unsampled")).isPositive();
  }

  private static LongStream numbers() {
    return LongStream.rangeClosed(0, (long) HOURS * PoisonStream.PER_HOUR);
  }

  private static long count(JobID job, String operator, String name) {
    return METRICS.findOperatorMetricGroups(job, operator).stream()
        .mapToLong(group -> ((Counter) METRICS.getMetricsByGroup(group).get(name)).getCount())
        .sum();
  }

  private static void requireNewWords(DriftReading reading) {
    List<Signal> news =
        reading.features().stream()
            .filter(feature -> feature.name().equals("city"))
            .flatMap(feature -> feature.signals().stream())
            .filter(signal -> signal.metric().equals("new_category"))
            .toList();
    assertThat(news).hasSize(1).allMatch(signal -> signal.flagged() && signal.value() == 1);
  }

  private static void requireBounded() {
    List<Long> held = PoisonStream.HELD;
    assertThat(held).hasSize(HOURS);
    int between = HOURS - SPAN - FULL_AFTER;
    assertThat(PoisonStream.SENT.get() * between / HOURS)
        .as("what might have been kept")
        .isGreaterThan(20 * MAY_GROW);
    assertThat(Collections.min(held.subList(HOURS - SPAN, HOURS)))
        .as("of %d MB sent, held at the end of each hour: %s", PoisonStream.SENT.get() >> 20, held)
        .isLessThan(Collections.min(held.subList(FULL_AFTER, FULL_AFTER + SPAN)) + MAY_GROW);
  }
}
