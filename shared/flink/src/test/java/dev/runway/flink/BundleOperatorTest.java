package dev.runway.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BundleOperatorTest {
  @Test
  void elements_waitUntilSomethingEndsTheBundle() throws Exception {
    try (var harness = open(10, 10)) {
      add(harness, "a", "a", "b");

      assertThat(harness.getOutput()).isEmpty();
    }
  }

  @Test
  void mostKeys_endTheBundle() throws Exception {
    try (var harness = open(2, 100)) {
      add(harness, "a", "a", "b", "c");

      assertThat(harness.extractOutputValues()).containsExactlyInAnyOrder("a2", "b1");
    }
  }

  @Test
  void mostElements_endTheBundle() throws Exception {
    try (var harness = open(100, 3)) {
      add(harness, "a", "a", "a", "a");

      assertThat(harness.extractOutputValues()).containsExactly("a3");
    }
  }

  @Test
  void mostBytes_endTheBundleBeforeTheyWouldBePassed() throws Exception {
    try (var harness = open(new BundleOperator<>(new Count(), 100, 100, 5, 1))) {
      add(harness, "aa", "aa", "bbb");
      assertThat(harness.getOutput()).isEmpty();

      add(harness, "c");
      assertThat(harness.extractOutputValues()).containsExactlyInAnyOrder("aa2", "bbb1");
      harness.endInput();
      assertThat(harness.extractOutputValues()).containsExactlyInAnyOrder("aa2", "bbb1", "c1");
    }
  }

  @Test
  void sumsThatGrow_areCountedToo_andSoIsOneThatAloneIsTooLarge() throws Exception {
    try (var harness = open(new BundleOperator<>(new Count(), 100, 100, 25, 1))) {
      add(harness, "A", "A", "b");
      assertThat(harness.getOutput()).isEmpty();

      add(harness, "A");
      assertThat(harness.extractOutputValues()).containsExactlyInAnyOrder("A3", "b1");

      add(harness, "a name of more than 25 bytes");
      assertThat(harness.extractOutputValues()).contains("a name of more than 25 bytes1");
    }
  }

  @Test
  void bundlesOfOneProcess_shareItsHeap() throws Exception {
    long heap = Runtime.getRuntime().maxMemory();
    var operator = new BundleOperator<>(new Count(), 100, 100, BundleOperator.SHARE_OF_HEAP, 1);
    try (var harness = open(operator)) {
      long alone = operator.mostBytes();
      assertThat(alone).isEqualTo(Math.min(128L << 20, heap / 8));
      List<AutoCloseable> others = new ArrayList<>();
      for (int i = 1; i < 64; i++) {
        others.add(
            open(new BundleOperator<>(new Count(), 100, 100, BundleOperator.SHARE_OF_HEAP, 1)));
      }
      assertThat(operator.mostBytes()).isEqualTo(heap / 8 / 64).isLessThan(alone);

      for (AutoCloseable other : others) {
        other.close();
      }
      assertThat(operator.mostBytes()).isEqualTo(alone);
      assertThat(harness.getOutput()).isEmpty();
    }
  }

  @Test
  void barrier_findsNothingLeft() throws Exception {
    try (var harness = open(100, 100)) {
      add(harness, "a", "a");
      harness.prepareSnapshotPreBarrier(1);

      assertThat(harness.extractOutputValues()).containsExactly("a2");
    }
  }

  @Test
  void watermark_comesAfterWhatCameBeforeIt() throws Exception {
    try (var harness = open(100, 100)) {
      add(harness, "a");
      harness.processWatermark(7);

      assertThat(harness.getOutput()).containsExactly(new StreamRecord<>("a1"), new Watermark(7));
    }
  }

  @Test
  void idleness_comesAfterWhatCameBeforeIt() throws Exception {
    try (var harness = open(100, 100)) {
      add(harness, "a");
      harness.processWatermarkStatus(WatermarkStatus.IDLE);

      assertThat(harness.getOutput())
          .containsExactly(new StreamRecord<>("a1"), WatermarkStatus.IDLE);
    }
  }

  @Test
  void endOfInput_emptiesTheBundle() throws Exception {
    try (var harness = open(100, 100)) {
      add(harness, "a");
      harness.endInput();

      assertThat(harness.extractOutputValues()).containsExactly("a1");
    }
  }

  @Test
  void emptyBundle_emitsNothing() throws Exception {
    try (var harness = open(100, 100)) {
      harness.prepareSnapshotPreBarrier(1);
      harness.endInput();

      assertThat(harness.getOutput()).isEmpty();
    }
  }

  @Test
  void snapshot_holdsNoState() throws Exception {
    try (var harness = open(100, 100)) {
      add(harness, "a");
      harness.prepareSnapshotPreBarrier(1);

      OperatorSubtaskState snapshot = harness.snapshot(1, 1);
      assertThat(snapshot.hasState()).isFalse();
    }
  }

  @Test
  void whereTimeDoesNotMatter_onlyBarrierAndEndFindNothingLeft() throws Exception {
    try (var harness =
        harness(
            new BundleOperator<>(
                new Count(), 100, 100, BundleOperator.ANY_BYTES, Long.MAX_VALUE))) {
      harness.open();
      add(harness, "a");
      harness.processWatermark(7);
      harness.processWatermarkStatus(WatermarkStatus.IDLE);
      assertThat(harness.extractOutputValues()).isEmpty();

      harness.prepareSnapshotPreBarrier(1);
      assertThat(harness.extractOutputValues()).containsExactly("a1");

      add(harness, "b");
      harness.processWatermark(Long.MAX_VALUE);
      assertThat(harness.getOutput())
          .endsWith(new StreamRecord<>("b1"), new Watermark(Long.MAX_VALUE));
    }
  }

  @Test
  void whereOnlyWindowsMatter_watermarksWithinOneOvertakeTheBundle() throws Exception {
    try (var harness =
        harness(new BundleOperator<>(new Count(), 100, 100, BundleOperator.ANY_BYTES, 10))) {
      harness.open();
      harness.processWatermark(9);
      add(harness, "a");
      harness.processWatermark(12);
      harness.processWatermark(18);
      assertThat(harness.extractOutputValues()).isEmpty();

      // At 19 nothing of the window from 10 to 20 will come any more.
      harness.processWatermark(19);
      assertThat(harness.getOutput())
          .endsWith(new Watermark(18), new StreamRecord<>("a1"), new Watermark(19));

      add(harness, "b");
      harness.processWatermarkStatus(WatermarkStatus.IDLE);
      assertThat(harness.extractOutputValues()).containsExactly("a1", "b1");
    }
  }

  @Test
  void uselessLimits_areRefused() {
    assertThatThrownBy(() -> new BundleOperator<>(new Count(), 0, 1, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Crashes at a random place, again and again; what was emitted after a barrier is undone. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void crashes_loseAndDoubleNothing(long seed) throws Exception {
    Random random = new Random(seed);
    List<String> input = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      input.add(String.valueOf((char) ('a' + random.nextInt(8))));
    }
    Map<String, Long> committed = new HashMap<>();
    OperatorSubtaskState state = null;
    int checkpointed = 0;
    while (checkpointed < input.size()) {
      try (var harness = harness(1 + random.nextInt(8), 1 + random.nextInt(50))) {
        harness.initializeState(state);
        harness.open();
        int barrier = checkpointed + 1 + random.nextInt(60);
        int crash = barrier + random.nextInt(60);
        int at = checkpointed;
        for (; at < Math.min(barrier, input.size()); at++) {
          add(harness, input.get(at));
        }
        harness.prepareSnapshotPreBarrier(at);
        harness.extractOutputValues().forEach(sum -> commit(committed, sum));
        state = harness.snapshot(at, at);
        checkpointed = at;
        for (; at < Math.min(crash, input.size()); at++) {
          add(harness, input.get(at));
        }
      }
    }

    Map<String, Long> expected = new HashMap<>();
    input.forEach(key -> expected.merge(key, 1L, Long::sum));
    assertThat(committed).isEqualTo(expected);
  }

  private static void commit(Map<String, Long> totals, String sum) {
    totals.merge(sum.substring(0, 1), Long.valueOf(sum.substring(1)), Long::sum);
  }

  private static void add(OneInputStreamOperatorTestHarness<String, String> harness, String... keys)
      throws Exception {
    for (String key : keys) {
      harness.processElement(key, 1);
    }
  }

  private static OneInputStreamOperatorTestHarness<String, String> open(int keys, int elements)
      throws Exception {
    return open(new BundleOperator<>(new Count(), keys, elements, BundleOperator.ANY_BYTES, 1));
  }

  private static OneInputStreamOperatorTestHarness<String, String> open(
      BundleOperator<String, String, long[], String> operator) throws Exception {
    var harness = harness(operator);
    harness.open();
    return harness;
  }

  private static OneInputStreamOperatorTestHarness<String, String> harness(int keys, int elements)
      throws Exception {
    return harness(new BundleOperator<>(new Count(), keys, elements, BundleOperator.ANY_BYTES, 1));
  }

  private static OneInputStreamOperatorTestHarness<String, String> harness(
      BundleOperator<String, String, long[], String> operator) throws Exception {
    return new OneInputStreamOperatorTestHarness<>(operator, Types.STRING.createSerializer(null));
  }

  private static final class Count implements BundleFunction<String, String, long[], String> {
    @Override
    public String key(String element) {
      return element;
    }

    @Override
    public long[] create(String key) {
      return new long[1];
    }

    @Override
    public long bytes(String key) {
      return key.length();
    }

    /** An upper case letter takes ten bytes more. */
    @Override
    public long add(long[] sum, String element) {
      sum[0]++;
      return Character.isUpperCase(element.charAt(0)) ? 10 : 0;
    }

    @Override
    public void emit(String key, long[] sum, Collector<String> out) {
      out.collect(key + sum[0]);
    }
  }
}
