package dev.runway.groundtruth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.groundtruth.archive.Days;
import dev.runway.groundtruth.window.ModelVersion;
import dev.runway.groundtruth.window.PerformanceReport;
import dev.runway.groundtruth.window.WindowCounts;
import dev.runway.groundtruth.window.WindowKey;
import dev.runway.model.Maturity;
import dev.runway.model.PerformanceReading;
import dev.runway.model.Task;
import java.time.Duration;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.ProcessFunctionTestHarnesses;
import org.junit.jupiter.api.Test;

class SelectReadingsTest {
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final long START = 20_000 * DAY;
  private static final long HOUR = 3_600_000;
  private static final long SETTLED = START + 10 * DAY;
  private static final MasterRange RANGE =
      new MasterRange(
          new Days(20_000, 20_001), Duration.ofDays(1), Duration.ofDays(1), Duration.ZERO, SETTLED);

  @Test
  void lastWordOnTheDays_isGiven() throws Exception {
    assertThat(isGiven(START, HOUR, Maturity.FINAL, SETTLED)).isTrue();
    assertThat(isGiven(START + 2 * DAY - 1, DAY, Maturity.FINAL, SETTLED)).isTrue();
  }

  @Test
  void neighbours_provisionals_unsettledAndTooLongWindows_areLeftOut() throws Exception {
    assertThat(isGiven(START - 1, HOUR, Maturity.FINAL, SETTLED)).isFalse();
    assertThat(isGiven(START + 2 * DAY, HOUR, Maturity.FINAL, SETTLED)).isFalse();
    assertThat(isGiven(START, HOUR, Maturity.PROVISIONAL, SETTLED)).isFalse();
    assertThat(isGiven(START, HOUR, Maturity.FINAL, SETTLED + 1)).isFalse();
    assertThat(isGiven(START, DAY + 1, Maturity.FINAL, SETTLED)).isFalse();
  }

  private static boolean isGiven(long start, long length, Maturity maturity, long finalAt)
      throws Exception {
    try (OneInputStreamOperatorTestHarness<PerformanceReading, PerformanceReading> harness =
        ProcessFunctionTestHarnesses.forProcessFunction(new SelectReadings(RANGE))) {
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
