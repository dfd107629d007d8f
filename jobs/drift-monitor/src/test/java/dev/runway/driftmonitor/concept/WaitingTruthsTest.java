package dev.runway.driftmonitor.concept;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.runway.driftmonitor.merge.DriftReadingSerializer;
import dev.runway.model.DriftReading;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a timer reads of the truths that wait, in a real RocksDB too. */
class WaitingTruthsTest {
  private static final long START = SomeTruths.START;
  private static final long WINDOW = SomeTruths.WINDOW;
  private static final long MINUTE = 60_000;
  private static final Duration WEEK = Duration.ofDays(7);
  private static final long LATENESS = SomeTruths.SETTINGS.lateness().toMillis();

  private static StateBackend backend(boolean rocks) {
    return rocks ? new EmbeddedRocksDBStateBackend() : new HashMapStateBackend();
  }

  /** Bytes that this thread, which is the operator's, allocates. */
  private static long allocated() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    return threads.getThreadAllocatedBytes(Thread.currentThread().getId());
  }

  /**
   * A version with 10,080 minutes of 60 truths, of which ten are due. To read all of them once
   * allocates 130 MB.
   */
  @Test
  void timer_readsWhatIsDue_andNotTheWholeHorizon() throws Exception {
    try (WatchHarness harness = new WatchHarness(backend(true), null, () -> {})) {
      harness.models.become(SomeTruths.model(1, WEEK));
      fill(harness, START, START + WEEK.toMillis(), 60);
      long firstDue = START + WINDOW + WEEK.toMillis() + LATENESS;
      harness.reaches(firstDue);
      assertThat(harness.matured()).hasSize(1);

      long before = allocated();
      harness.reaches(firstDue + WINDOW);

      assertThat(harness.matured()).hasSize(2);
      assertThat(allocated() - before).isLessThan(10L << 20);
    }
  }

  /** Two windows of 240 minutes and 360,000 truths, which are 50 MB when all are in the heap. */
  @Test
  void windowThatIsJudged_isNotInTheHeap() throws Exception {
    long[] most = {0};
    Runnable look = () -> most[0] = Math.max(most[0], used());
    try (WatchHarness harness = new WatchHarness(backend(true), null, look)) {
      harness.models.become(SomeTruths.model(4, SomeTruths.HORIZON));
      long window = Duration.ofHours(4).toMillis();
      long start = (START / window + 1) * window;
      fill(harness, start, start + 2 * window, 1_500);
      harness.reaches(start + window + SomeTruths.HORIZON.toMillis() + LATENESS);

      long before = used();
      harness.reaches(start + 2 * window + SomeTruths.HORIZON.toMillis() + LATENESS);

      assertThat(harness.readings()).hasSize(2);
      assertThat(harness.matured().get(1).labels()).isEqualTo(360_000);
      assertThat(most[0] - before).isLessThan(15L << 20);
    }
  }

  /** Bytes of the heap that are in use and not garbage. */
  private static long used() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static void fill(WatchHarness harness, long from, long to, int perMinute)
      throws Exception {
    Random random = new Random(1);
    for (long minute = from; minute < to; minute += MINUTE) {
      List<Truth> truths = new ArrayList<>();
      for (int i = 0; i < perMinute; i++) {
        double score = random.nextDouble();
        long at = minute + random.nextInt((int) MINUTE);
        truths.add(SomeTruths.truth(random.nextLong(), at, score, random.nextDouble() < score));
      }
      harness.hears(truths);
    }
  }

  /** Kept without a note which minutes there are. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void truthsOfAnOlderRelease_areJudgedAndGo(boolean rocks) throws Exception {
    List<Truth> truths = new ArrayList<>();
    Random random = new Random(2);
    for (int window = 0; window < 6; window++) {
      truths.addAll(
          SomeTruths.window(random, START + window * WINDOW, 200, 1, SomeTruths.CALIBRATED));
    }
    OperatorSubtaskState old = runOlderRelease(rocks, truths.subList(0, 1_000));

    try (WatchHarness harness = new WatchHarness(backend(rocks), old, () -> {})) {
      harness.processingTime(START + 2 * SomeTruths.HORIZON.toMillis());
      // A document that changes at once, so that no timer is that of a window.
      harness.models.become(SomeTruths.model(1, SomeTruths.HORIZON.multipliedBy(2)));
      harness.hears(truths.subList(1_000, 1_200));
      harness.reaches(START + Duration.ofDays(1).toMillis());

      assertThat(harness.matured()).hasSize(6);
      assertThat(harness.matured()).allMatch(window -> window.labels() == 200);
      if (!rocks) {
        // The harness cannot count what is in RocksDB.
        assertThat(harness.waiting()).as("that all are noted").isOne();
      }
    }
  }

  /** Each minute until now would be looked up, five billion of them. */
  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void truthsOfAnOlderReleaseInAReplayOfLongAgo_areNotedAtOnce() throws Exception {
    List<Truth> truths = SomeTruths.window(new Random(3), START, 200, 1, SomeTruths.CALIBRATED);
    OperatorSubtaskState old = runOlderRelease(false, truths);

    try (WatchHarness harness = new WatchHarness(backend(false), old, () -> {})) {
      harness.processingTime(START + Duration.ofDays(3_650_000).toMillis());
      harness.models.become(SomeTruths.model(1, SomeTruths.HORIZON));
      harness.reaches(START + Duration.ofDays(1).toMillis());

      assertThat(harness.matured()).hasSize(1);
      assertThat(harness.matured().get(0).labels()).isEqualTo(200);
    }
  }

  private static OperatorSubtaskState runOlderRelease(boolean rocks, List<Truth> truths)
      throws Exception {
    try (var harness =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new KeyedProcessOperator<>(new OlderRelease()),
            TruthDelta::key,
            VersionKeySerializer.TYPE)) {
      harness.setStateBackend(backend(rocks));
      harness.setup(DriftReadingSerializer.TYPE.createSerializer(null));
      harness.open();
      for (Truth truth : truths) {
        harness.processElement(new StreamRecord<>(SomeTruths.delta(truth)));
      }
      return harness.snapshot(1, 1);
    }
  }

  /** As truths were kept before. */
  private static final class OlderRelease
      extends KeyedProcessFunction<VersionKey, TruthDelta, DriftReading> {
    private transient MapState<Long, TruthLedger> minutes;

    @Override
    public void open(OpenContext context) {
      MapStateDescriptor<Long, TruthLedger> minute =
          new MapStateDescriptor<>("minute-truths", Types.LONG, TruthLedgerSerializer.TYPE);
      minute.enableTimeToLive(StateTtlConfig.newBuilder(Duration.ofDays(90)).build());
      minutes = getRuntimeContext().getMapState(minute);
    }

    @Override
    public void processElement(TruthDelta delta, Context context, Collector<DriftReading> out)
        throws Exception {
      TruthLedger ledger = delta.ledger();
      TruthLedger known = minutes.get(delta.minuteMillis());
      if (known != null) {
        ledger.add(known);
      }
      minutes.put(delta.minuteMillis(), ledger);
      Window window = Window.of(delta.minuteMillis(), WINDOW);
      context
          .timerService()
          .registerEventTimeTimer(window.endMillis() + SomeTruths.HORIZON.toMillis() + LATENESS);
    }
  }
}
