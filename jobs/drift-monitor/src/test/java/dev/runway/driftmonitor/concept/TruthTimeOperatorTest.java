package dev.runway.driftmonitor.concept;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class TruthTimeOperatorTest {
  private static final long NOW = SomeTruths.START;

  /** When the operator starts; whatever was written before it is read again. */
  private static final long STARTED = NOW + 86_400_000;

  private static final Duration LATENESS = Duration.ofMinutes(30);

  private static Truth finalAt(long millis, boolean judged) {
    return new Truth(SomeTruths.KEY, 1, 1, millis - 1_000, millis, judged, 0.5, true, true);
  }

  private static OneInputStreamOperatorTestHarness<Truth, Truth> open() throws Exception {
    var harness = new OneInputStreamOperatorTestHarness<>(new TruthTimeOperator(LATENESS));
    harness.setup(TruthSerializer.TYPE.createSerializer(null));
    harness.setProcessingTime(STARTED);
    harness.open();
    return harness;
  }

  private static List<Long> watermarks(OneInputStreamOperatorTestHarness<Truth, Truth> harness) {
    return harness.getOutput().stream()
        .filter(Watermark.class::isInstance)
        .map(mark -> ((Watermark) mark).getTimestamp())
        .toList();
  }

  @Test
  void time_isThatOfTheTruths_uptoWhereAllPartitionsHaveBeenRead() throws Exception {
    try (var harness = open()) {
      harness.processElement(new StreamRecord<>(finalAt(NOW - 500, true), NOW));
      // A partition that is read ahead of the others.
      harness.processElement(new StreamRecord<>(finalAt(NOW + 9_000, true), NOW + 9_500));
      harness.processElement(new StreamRecord<>(finalAt(NOW - 900, true), NOW + 10));
      harness.processWatermark(NOW - 1);
      assertThat(watermarks(harness)).isEmpty();

      harness.processWatermark(NOW + 9_000);
      harness.processElement(new StreamRecord<>(finalAt(NOW + 4_000, true), NOW + 9_400));
      harness.processWatermark(NOW + 9_450);
      harness.processWatermark(NOW + 9_500);
      assertThat(watermarks(harness)).containsExactly(NOW - 501, NOW + 3_999, NOW + 8_999);
    }
  }

  @Test
  void truthThatIsNotJudged_tellsTheTime_andEnds() throws Exception {
    try (var harness = open()) {
      harness.processElement(new StreamRecord<>(finalAt(NOW, false), NOW));
      harness.processWatermark(NOW);

      assertThat(watermarks(harness)).containsExactly(NOW - 1);
      assertThat(harness.extractOutputValues()).isEmpty();
    }
  }

  /** It must come to where the label is that it takes back. */
  @Test
  void truthThatTakesALabelBack_goesOn() throws Exception {
    try (var harness = open()) {
      Truth withdrawn = SomeTruths.truth(1, NOW, Double.NaN, false);
      harness.processElement(new StreamRecord<>(withdrawn, NOW));

      assertThat(harness.extractOutputValues()).containsExactly(withdrawn);
    }
  }

  private static List<Boolean> idleness(OneInputStreamOperatorTestHarness<Truth, Truth> harness) {
    return harness.getOutput().stream()
        .filter(WatermarkStatus.class::isInstance)
        .map(status -> ((WatermarkStatus) status).isIdle())
        .toList();
  }

  /** Provisional records alone: only their append times come here. */
  @Test
  void nothingFinalBeforeTheStart_isIdle_untilTheFirst() throws Exception {
    try (var harness = open()) {
      harness.processWatermark(STARTED - 1);
      assertThat(idleness(harness)).isEmpty();

      harness.processWatermark(STARTED);
      harness.processWatermark(STARTED + 1_000);
      harness.processWatermarkStatus(WatermarkStatus.IDLE);
      harness.processWatermarkStatus(WatermarkStatus.ACTIVE);
      assertThat(idleness(harness)).containsExactly(true);

      harness.processElement(new StreamRecord<>(finalAt(STARTED, true), STARTED + 2_000));
      harness.processWatermark(STARTED + 2_000);
      assertThat(idleness(harness)).containsExactly(true, false);
      assertThat(watermarks(harness)).containsExactly(STARTED - 1);
    }
  }

  /**
   * A horizon that became longer, or no traffic one horizon ago: provisional records alone come.
   */
  @Test
  void nothingFinalForTheLateness_isIdle_untilTheNext() throws Exception {
    long last = STARTED + 60_000;
    long silentAt = last + LATENESS.toMillis();
    try (var harness = open()) {
      harness.processElement(new StreamRecord<>(finalAt(last, true), last));
      harness.processWatermark(last);
      harness.processWatermark(silentAt - 1);
      assertThat(idleness(harness)).isEmpty();

      harness.processWatermark(silentAt);
      assertThat(idleness(harness)).containsExactly(true);

      harness.processElement(new StreamRecord<>(finalAt(silentAt + 5_000, true), silentAt + 5_000));
      harness.processWatermark(silentAt + 5_000);
      harness.processWatermark(silentAt + 5_000 + LATENESS.toMillis());
      assertThat(idleness(harness)).containsExactly(true, false, true);
      assertThat(watermarks(harness)).containsExactly(last - 1, silentAt + 4_999);
    }
  }

  /** A gap that was there before the start is read in an instant: the time waits for it. */
  @Test
  void gapThatIsReadAgain_isNotIdle() throws Exception {
    try (var harness = open()) {
      harness.processElement(new StreamRecord<>(finalAt(NOW, true), NOW));
      harness.processWatermark(NOW);
      harness.processWatermark(STARTED - 1);

      assertThat(idleness(harness)).isEmpty();
    }
  }

  /** What waits for slower partitions is a time to come. */
  @Test
  void finalTruthAheadOfTheOtherPartitions_isWaitedFor() throws Exception {
    try (var harness = open()) {
      harness.processElement(new StreamRecord<>(finalAt(STARTED, true), STARTED + 9_000));
      harness.processWatermark(STARTED + 1_000);
      harness.processWatermark(STARTED + 9_000);
      harness.processWatermark(STARTED + 90_000);

      assertThat(idleness(harness)).isEmpty();
      assertThat(watermarks(harness)).containsExactly(STARTED - 1);
    }
  }

  @Test
  void endOfAllInput_isTold_alsoWhereNothingWasFinal() throws Exception {
    try (var harness = open()) {
      harness.processWatermark(STARTED);
      harness.processWatermark(Watermark.MAX_WATERMARK.getTimestamp());

      assertThat(idleness(harness)).containsExactly(true, false);
      assertThat(watermarks(harness)).containsExactly(Long.MAX_VALUE);
    }
  }

  /** A horizon that was made a week longer meanwhile. */
  @Test
  void horizonBeyondTheRecord_doesNotCarryTheTimeAhead() throws Exception {
    try (var harness = open()) {
      harness.processElement(new StreamRecord<>(finalAt(NOW + 604_800_000, true), NOW));
      harness.processWatermark(NOW);

      assertThat(watermarks(harness)).containsExactly(NOW + 600_000 - 1);
    }
  }

  @Test
  void manySteps_areHeldCoarser_andNeverTooEarly() throws Exception {
    try (var harness = open()) {
      int steps = 50_000;
      for (int i = 0; i < steps; i++) {
        harness.processElement(new StreamRecord<>(finalAt(NOW + 10L * i, true), NOW + 10L * i));
      }
      harness.getOutput().clear();
      harness.processWatermark(NOW + 10L * (steps / 2));
      harness.processWatermark(NOW + 10L * steps);

      assertThat(watermarks(harness)).hasSize(2);
      assertThat(watermarks(harness).get(0))
          .isLessThan(NOW + 10L * (steps / 2))
          .isGreaterThan(NOW + 9L * (steps / 2));
      assertThat(watermarks(harness).get(1)).isEqualTo(NOW + 10L * (steps - 1) - 1);
    }
  }
}
