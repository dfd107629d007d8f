package dev.runway.embedding.traffic;

import static dev.runway.embedding.TestingSpaces.SPACE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.drift.embedding.ItemHash;
import dev.runway.drift.embedding.traffic.TrafficSums;
import dev.runway.embedding.SomeVectors;
import dev.runway.embedding.TestingSpaces;
import dev.runway.model.EmbeddingSpace;
import dev.runway.model.EmbeddingTraffic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Windows of vectors that come in any order, beside those that a version began with. */
class MeasureTrafficFunctionTest {
  private static final Duration WINDOW = Duration.ofMinutes(10);
  private static final Duration REFRESH = Duration.ofMinutes(1);
  private static final Duration LATENESS = Duration.ofMinutes(30);
  private static final long START = 1_700_000_000_000L / 600_000 * 600_000;

  private final TestingSpaces spaces = new TestingSpaces().write(TestingSpaces.space());
  private final List<EmbeddingTraffic> told = new ArrayList<>();
  private KeyedOneInputStreamOperatorTestHarness<String, TrafficDelta, EmbeddingTraffic> harness;
  private long clock = START;

  @BeforeEach
  void open() throws Exception {
    harness = open(null);
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  private KeyedOneInputStreamOperatorTestHarness<String, TrafficDelta, EmbeddingTraffic> open(
      OperatorSubtaskState state) throws Exception {
    var opened =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new KeyedProcessOperator<>(
                new MeasureTrafficFunction(
                    spaces, new MeasureTrafficFunction.Settings(WINDOW, REFRESH, LATENESS, 1_500))),
            TrafficDelta::key,
            Types.STRING);
    opened.setup(EmbeddingTrafficSerializer.TYPE.createSerializer(null));
    if (state != null) {
      opened.initializeState(state);
    }
    opened.open();
    opened.setProcessingTime(clock);
    return opened;
  }

  @Test
  void windows_areToldBesideThoseThatTheVersionBeganWith() throws Exception {
    for (int window = 0; window < 4; window++) {
      takes(vectors("v1", window, 1_000, window == 3 ? 0.8 : 0));
      passes(WINDOW);
    }
    passes(LATENESS.plus(REFRESH));

    assertThat(newest(0).reference()).isNull();
    assertThat(newest(1).reference()).isNull();
    assertThat(newest(1).metrics())
        .filteredOn(metric -> metric.metric().equals("mean_shift"))
        .singleElement()
        .returns("NO_REFERENCE", metric -> metric.gap());
    // The first two windows are the reference, whose second one came when it was not full yet.
    assertThat(newest(2).reference())
        .isEqualTo(new EmbeddingTraffic.Reference(START, windowStart(2), 2_000));
    assertThat(newest(2).breached()).isEmpty();
    assertThat(newest(2).vectors()).isEqualTo(1_000);
    assertThat(newest(3).breached()).contains("mean_shift");
    assertThat(newest(3).value("mean_shift")).isGreaterThan(0.5);
    assertThat(newest(3).value("freshness_p95_seconds")).isBetween(4.9, 5.1);
    assertThat(newest(3).documentRevision()).isEqualTo(1);
  }

  @Test
  void anyOrderAndSplit_endsInTheSameReadings() throws Exception {
    List<TrafficDelta> deltas = new ArrayList<>();
    for (int window = 0; window < 4; window++) {
      for (int part = 0; part < 3; part++) {
        deltas.add(part("v1", window, part, 400, window == 3 ? 0.8 : 0));
      }
    }
    List<EmbeddingTraffic> expected = null;
    for (int order = 0; order < 3; order++) {
      told.clear();
      harness.close();
      clock = windowStart(5);
      harness = open(null);
      List<TrafficDelta> some = new ArrayList<>();
      for (TrafficDelta delta : deltas) {
        some.add(copy(delta));
      }
      Collections.shuffle(some, new Random(order));
      for (TrafficDelta delta : some) {
        takes(delta);
        passes(REFRESH);
        if (order == 2) {
          restart();
        }
      }
      passes(LATENESS.plus(REFRESH));
      List<EmbeddingTraffic> newest = List.of(newest(0), newest(1), newest(2), newest(3));
      if (expected == null) {
        expected = newest;
      }
      assertThat(newest)
          .usingRecursiveComparison()
          .withComparatorForType(MeasureTrafficFunctionTest::nearly, Double.class)
          .isEqualTo(expected);
    }
    assertThat(expected.get(3).breached()).contains("mean_shift");
  }

  private static int nearly(Double a, Double b) {
    return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a)) ? 0 : Double.compare(a, b);
  }

  @Test
  void lateVectors_areToldWithTheirWindow() throws Exception {
    takes(vectors("v1", 0, 600, 0));
    passes(WINDOW.plus(REFRESH));
    assertThat(newest(0).vectors()).isEqualTo(600);

    passes(Duration.ofMinutes(15));
    takes(part("v1", 0, 7, 300, 0));
    passes(REFRESH);

    assertThat(newest(0).vectors()).isEqualTo(900);
  }

  @Test
  void vectorsThatAreTooLate_makeAReadingThatCountsForLess() throws Exception {
    takes(vectors("v1", 0, 600, 0));
    passes(WINDOW.plus(LATENESS).plus(REFRESH));
    takes(part("v1", 0, 7, 300, 0));
    passes(REFRESH.multipliedBy(2));

    assertThat(told).extracting(EmbeddingTraffic::vectors).containsExactly(600L, 300L);
  }

  /** A sensor that sends one vector every 20 minutes into a window of long ago. */
  @Test
  void windowThatNeverFallsSilent_keepsNoOthersFromGoing() throws Exception {
    int windows = 2 * MeasureTrafficFunction.MOST_WAITING;
    int most = 0;
    for (int window = 1; window <= windows; window++) {
      takes(part("v1", window, 0, 2, 0));
      passes(WINDOW);
      if (window % 2 == 0) {
        takes(part("v1", 0, window, 1, 0));
      }
      most = Math.max(most, harness.numKeyedStateEntries());
    }

    // Of each window its counts, the squares and two groups; of the trickle all groups.
    assertThat(most).isLessThan(4 * (MeasureTrafficFunction.MOST_WAITING + 6) + 24);
    assertThat(told.stream().map(EmbeddingTraffic::windowStartMillis).distinct().count())
        .isGreaterThan(windows - 5);
  }

  /** The reference is full: nobody waits for what came before. */
  @Test
  void withAReference_eachWindowGoesByItself() throws Exception {
    takes(vectors("v1", 0, 2_000, 0));
    passes(WINDOW.plus(LATENESS).plus(REFRESH));
    int before = entries();
    for (int window = 5; window < 30; window++) {
      takes(part("v1", 1, window, 1, 0));
      takes(part("v1", window, 0, 2, 0));
      passes(WINDOW);
    }

    // The trickle's, and of five others at most.
    assertThat(entries() - before).isLessThan(18 + 5 * 4);
  }

  /** Or a window is silenced by whoever sends something late now and then. */
  @Test
  void windowIntoWhichSomethingTrickles_isToldEveryFewMinutes() throws Exception {
    takes(vectors("v1", 0, 600, 0));
    passes(WINDOW);
    for (int i = 0; i < 40; i++) {
      takes(part("v1", 0, i + 1, 1, 0));
      clock += 30_000;
      harness.setProcessingTime(clock);
    }
    passes(REFRESH);

    assertThat(told).hasSizeBetween(4, 8);
    assertThat(told).extracting(EmbeddingTraffic::vectors).isSorted();
    passes(REFRESH.multipliedBy(2));
    assertThat(newest(0).vectors()).isEqualTo(640);
  }

  /** What the release before kept of a window as one value. */
  @Test
  void oldLayout_isTakenApart() throws Exception {
    OperatorSubtaskState state;
    try (var old =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new KeyedProcessOperator<>(new OldLayout()), TrafficDelta::key, Types.STRING)) {
      old.setup(EmbeddingTrafficSerializer.TYPE.createSerializer(null));
      old.open();
      old.setProcessingTime(clock);
      old.processElement(new StreamRecord<>(vectors("v1", 0, 600, 0)));
      old.processElement(new StreamRecord<>(vectors("v1", 1, 700, 0)));
      state = old.snapshot(1, 1);
    }
    harness.close();
    harness = open(state);

    takes(part("v1", 1, 5, 50, 0));
    passes(WINDOW.multipliedBy(2).plus(REFRESH));
    assertThat(newest(0).vectors()).isEqualTo(600);
    assertThat(newest(1).vectors()).isEqualTo(750);
    assertThat(newest(0).value("norm_mean")).isPositive();
    restart();
    passes(LATENESS);
    assertThat(entries()).as("the reference, its time to look, and the timer").isEqualTo(3);
  }

  /** As it was: {@code traffic-window} and the time of the timer. */
  private static final class OldLayout
      extends KeyedProcessFunction<String, TrafficDelta, EmbeddingTraffic> {
    private transient MapState<Long, TrafficWindow> windows;
    private transient ValueState<Long> nextLook;

    @Override
    public void open(OpenContext context) {
      windows =
          getRuntimeContext()
              .getMapState(
                  new MapStateDescriptor<>(
                      "traffic-window", Types.LONG, TrafficWindowSerializer.TYPE));
      nextLook =
          getRuntimeContext().getState(new ValueStateDescriptor<>("next-traffic-look", Types.LONG));
    }

    @Override
    public void processElement(TrafficDelta delta, Context context, Collector<EmbeddingTraffic> out)
        throws Exception {
      long now = context.timerService().currentProcessingTime();
      long start = delta.windowStartMillis();
      windows.put(start, new TrafficWindow(start + WINDOW.toMillis(), now, 0, false, delta.sums()));
      nextLook.update(now + REFRESH.toMillis());
      context.timerService().registerProcessingTimeTimer(now + REFRESH.toMillis());
    }
  }

  @Test
  void versionThatNoDocumentNames_leavesNothing() throws Exception {
    takes(vectors("v1", 0, 1_000, 0));
    takes(vectors("v2", 0, 1_000, 0));
    passes(WINDOW.plus(LATENESS).plus(REFRESH));
    assertThat(entries()).isPositive();

    EmbeddingSpace space = TestingSpaces.space();
    spaces.write(TestingSpaces.of(space, List.of(TestingSpaces.version("v2")), List.of(), null));
    passes(Duration.ofDays(2));
    assertThat(entries()).isEqualTo(3); // The reference of v2, its time to look, and the timer.

    spaces.spoil(SPACE);
    passes(Duration.ofDays(2));
    assertThat(entries()).isEqualTo(3);
    spaces.remove(SPACE);
    passes(Duration.ofDays(2));
    assertThat(entries()).isZero();
  }

  @Test
  void itemsThatLeave_areCountedWithTheirWindow() throws Exception {
    TrafficSums gone = new TrafficSums(0);
    gone.addGone();
    takes(new TrafficDelta(SPACE, "v1", START, gone));
    passes(WINDOW.plus(REFRESH));
    assertThat(newest(0))
        .returns(1L, EmbeddingTraffic::gone)
        .returns(0L, EmbeddingTraffic::vectors);

    takes(vectors("v1", 0, 600, 0));
    passes(REFRESH.multipliedBy(2));
    assertThat(newest(0))
        .returns(1L, EmbeddingTraffic::gone)
        .returns(600L, EmbeddingTraffic::vectors);
  }

  @Test
  void versionOfOtherDimensions_beginsAnew() throws Exception {
    takes(vectors("v1", 0, 2_000, 0));
    passes(WINDOW.plus(LATENESS).plus(REFRESH));
    EmbeddingSpace space = TestingSpaces.space();
    spaces.write(
        TestingSpaces.of(space, List.of(new EmbeddingSpace.Version("v1", 3)), List.of(), null));
    TrafficSums sums = new TrafficSums(3);
    for (int i = 0; i < 600; i++) {
      sums.add(new float[] {1, i % 3, 2}, ItemHash.of(i), 5_000, 6_000);
    }
    takes(new TrafficDelta(SPACE, "v1", windowStart(5), sums));
    passes(WINDOW.multipliedBy(3));

    EmbeddingTraffic last = told.get(told.size() - 1);
    assertThat(last.reference()).isNull();
    assertThat(last.dimensions()).isEqualTo(3);
  }

  private static long windowStart(int window) {
    return START + window * WINDOW.toMillis();
  }

  private static TrafficDelta vectors(String version, int window, int n, double shift) {
    return part(version, window, 0, n, shift);
  }

  private static TrafficDelta part(String version, int window, int part, int n, double shift) {
    SplittableRandom random = new SplittableRandom(100L * window + part);
    TrafficSums sums = new TrafficSums(SomeVectors.DIMENSIONS);
    for (int i = 0; i < n; i++) {
      float[] vector = new float[SomeVectors.DIMENSIONS];
      for (int j = 0; j < vector.length; j++) {
        vector[j] = (float) (random.nextGaussian() + shift);
      }
      sums.add(vector, ItemHash.of("item-" + part + "-" + i), 5_000, 6_000);
    }
    return new TrafficDelta(SPACE, version, windowStart(window), sums);
  }

  private static TrafficDelta copy(TrafficDelta delta) {
    return new TrafficDeltaSerializer().copy(delta);
  }

  private void takes(TrafficDelta delta) throws Exception {
    harness.processElement(new StreamRecord<>(delta));
  }

  private void passes(Duration time) throws Exception {
    long end = clock + time.toMillis();
    while (clock < end) {
      clock = Math.min(end, clock + REFRESH.toMillis());
      harness.setProcessingTime(clock);
    }
    told.addAll(harness.extractOutputValues());
    harness.getOutput().clear();
  }

  private void restart() throws Exception {
    OperatorSubtaskState state = harness.snapshot(1, 1);
    var stopped = harness;
    harness = open(state);
    stopped.close();
  }

  private int entries() {
    return harness.numKeyedStateEntries() + harness.numProcessingTimeTimers();
  }

  private EmbeddingTraffic newest(int window) {
    return told.stream()
        .filter(reading -> reading.windowStartMillis() == windowStart(window))
        .reduce((earlier, later) -> later.vectors() >= earlier.vectors() ? later : earlier)
        .orElseThrow();
  }
}
