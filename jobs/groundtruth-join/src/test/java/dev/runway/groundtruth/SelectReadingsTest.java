package dev.runway.groundtruth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.groundtruth.archive.Coverage;
import dev.runway.groundtruth.archive.Days;
import dev.runway.groundtruth.window.ModelVersion;
import dev.runway.groundtruth.window.PerformanceReport;
import dev.runway.groundtruth.window.WindowCounts;
import dev.runway.groundtruth.window.WindowKey;
import dev.runway.model.Maturity;
import dev.runway.model.PerformanceReading;
import dev.runway.model.Task;
import java.time.Duration;
import java.util.List;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.ProcessFunctionTestHarnesses;
import org.junit.jupiter.api.Test;

class SelectReadingsTest {
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final long START = 20_000 * DAY;
  private static final long HOUR = 3_600_000;
  private static final long COMPLETE = START + 10 * DAY;
  private static final MasterRange RANGE =
      new MasterRange(
          new Days(20_000, 20_001),
          Duration.ofDays(1),
          Duration.ofDays(1),
          Duration.ofHours(1),
          Coverage.of(List.of(new Coverage.Span(START - HOUR, COMPLETE))));

  @Test
  void lastWordOnTheDays_isGiven() throws Exception {
    assertThat(isGiven(START, HOUR, Maturity.FINAL, COMPLETE)).isTrue();
    assertThat(isGiven(START + 2 * DAY - 1, DAY, Maturity.FINAL, COMPLETE)).isTrue();
  }

  @Test
  void neighbours_provisionalsAndTooLongWindows_areLeftOut() throws Exception {
    assertThat(isGiven(START - 1, HOUR, Maturity.FINAL, COMPLETE)).isFalse();
    assertThat(isGiven(START + 2 * DAY, HOUR, Maturity.FINAL, COMPLETE)).isFalse();
    assertThat(isGiven(START, HOUR, Maturity.PROVISIONAL, COMPLETE)).isFalse();
    assertThat(isGiven(START, DAY + 1, Maturity.FINAL, COMPLETE)).isFalse();
  }

  @Test
  void windowThatTheArchiveDoesNotCover_isLeftOut() throws Exception {
    assertThat(isGiven(START, HOUR, Maturity.FINAL, COMPLETE + 1)).isFalse();
    MasterRange later =
        new MasterRange(
            RANGE.days(),
            RANGE.lookBack(),
            RANGE.longestWindow(),
            RANGE.orphanWait().plusMillis(1),
            RANGE.coverage());
    assertThat(isGiven(later, START, HOUR, Maturity.FINAL, COMPLETE)).isFalse();
    assertThat(isGiven(later, START + 1, HOUR, Maturity.FINAL, COMPLETE)).isTrue();
  }

  /** Of an id that was used before it nobody can tell any more. */
  @Test
  void windowWhoseLookBackWasDropped_isLeftOut() throws Exception {
    MasterRange retained =
        new MasterRange(
            RANGE.days(),
            RANGE.lookBack(),
            RANGE.longestWindow(),
            RANGE.orphanWait(),
            Coverage.of(List.of(new Coverage.Span(Long.MIN_VALUE, COMPLETE)), START + HOUR - DAY));

    assertThat(isGiven(retained, START, HOUR, Maturity.FINAL, COMPLETE)).isFalse();
    assertThat(isGiven(retained, START + HOUR - 1, HOUR, Maturity.FINAL, COMPLETE)).isFalse();
    assertThat(isGiven(retained, START + HOUR, HOUR, Maturity.FINAL, COMPLETE)).isTrue();
  }

  private static boolean isGiven(long start, long length, Maturity maturity, long finalAt)
      throws Exception {
    return isGiven(RANGE, start, length, maturity, finalAt);
  }

  private static boolean isGiven(
      MasterRange range, long start, long length, Maturity maturity, long finalAt)
      throws Exception {
    try (OneInputStreamOperatorTestHarness<PerformanceReading, PerformanceReading> harness =
        ProcessFunctionTestHarnesses.forProcessFunction(new SelectReadings(range))) {
      WindowKey window =
          new WindowKey(
              Task.BINARY, start, start + length, PerformanceReading.ALL, PerformanceReading.ALL);
      harness.processElement(
          new StreamRecord<>(
              PerformanceReport.of(
                  new ModelVersion("m", "v1"),
                  window,
                  WindowCounts.empty(Task.BINARY),
                  maturity,
                  null,
                  0),
              finalAt));
      return !harness.getOutput().isEmpty();
    }
  }
}
