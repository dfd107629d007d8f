package dev.runway.model;

import dev.runway.model.PerformanceReading.Coverage;
import dev.runway.model.PerformanceReading.Delay;
import dev.runway.model.PerformanceReading.Metric;
import java.util.List;

/** Performance readings of the tests. */
final class Readings {
  private Readings() {}

  static PerformanceReading golden() {
    return new PerformanceReading(
        "late-arrival",
        "v1",
        "eu",
        "exp/b",
        983426400000L,
        983430000000L,
        12,
        Maturity.PROVISIONAL,
        Task.BINARY,
        true,
        new Coverage(12, 7, 2, 1, 1, 1, 4, 3, 0.75, 0.7, 0.8),
        new Delay(6, 4, 1800000.5, 1700000.0, 3500000.0, 3600000.0, 0.01),
        List.of(
            new Metric("auc", 0.75, 0.5, 0.875, 0.125, 0.74, 0.76, 7, 6.5),
            new Metric("log_loss", null, null, null, null, null, null, 0, 0)),
        new byte[] {1, 2, 3},
        new byte[] {4, 5});
  }
}
