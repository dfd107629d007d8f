package dev.runway.tables;

import dev.runway.model.Maturity;
import dev.runway.model.PerformanceReading;
import dev.runway.model.PerformanceReading.Coverage;
import dev.runway.model.PerformanceReading.Delay;
import dev.runway.model.PerformanceReading.Metric;
import dev.runway.model.Task;
import java.time.Instant;
import java.util.List;

/** Readings of the first hour of March 2001, which differ in model and revision. */
final class Readings {
  static final Instant START = Instant.parse("2001-03-01T00:00:00Z");
  static final Instant END = Instant.parse("2001-03-01T01:00:00Z");

  private Readings() {}

  /**
   * Its accuracy is the revision (of a final one: its facts) over 1,000, so that a row tells which
   * revision it is of.
   */
  static PerformanceReading of(String model, long revision) {
    return of(model, revision, START, END);
  }

  /** A final one. */
  static PerformanceReading finished(String model, long facts) {
    return of(model, PerformanceReading.FINAL_REVISION + facts);
  }

  static PerformanceReading of(String model, long revision, Instant start, Instant end) {
    return of(model, revision, start, end, Task.BINARY, /* estimated= */ false);
  }

  static PerformanceReading of(
      String model, long revision, Instant start, Instant end, Task task, boolean estimated) {
    return new PerformanceReading(
        model,
        "v1",
        PerformanceReading.ALL,
        PerformanceReading.ALL,
        start.toEpochMilli(),
        end.toEpochMilli(),
        revision,
        revision < PerformanceReading.FINAL_REVISION ? Maturity.PROVISIONAL : Maturity.FINAL,
        task,
        estimated,
        new Coverage(12, 5, 3, 2, 1, 1, 7, 5, 5 / 7.0, 0.5, null),
        new Delay(5, 5, 61_000.0, 60_000.0, 90_000.0, null, 0.01),
        List.of(
            new Metric(
                "accuracy",
                revision % PerformanceReading.FINAL_REVISION / 1000.0,
                0.1,
                0.9,
                0.05,
                null,
                null,
                5,
                4.5),
            new Metric("auc", null, null, null, null, null, null, 5, 4.5)),
        new byte[] {1},
        new byte[] {2});
  }
}
