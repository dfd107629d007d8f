package dev.runway.groundtruth.window;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.drift.performance.MulticlassCounts;
import dev.runway.drift.performance.Weight;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Maturity;
import dev.runway.model.PerformanceReading;
import dev.runway.model.PerformanceReadingCodec;
import dev.runway.model.Task;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PerformanceReportTest {
  /** Many labels are the largest thing that is sent; every reading must be readable. */
  @ParameterizedTest
  @CsvSource({"20, true", "255, true", "2000, false"})
  void reading_ofManyClasses_isReadable_withCountsWhereTheyFit(int classes, boolean fits)
      throws MalformedEvent {
    WindowCounts counts = WindowCounts.empty(Task.MULTICLASS);
    MulticlassCounts labels = (MulticlassCounts) counts.outcomes();
    for (int i = 0; i < 3 * classes; i++) {
      labels.add("class-" + i % classes, "class-" + i / 3, Weight.ONE, 1);
    }

    PerformanceReading reading =
        PerformanceReport.of(
            new ModelVersion("m", "v1"),
            new WindowKey(Task.MULTICLASS, 0, 60_000, "*", "*"),
            counts,
            Maturity.FINAL,
            null,
            0);
    PerformanceReading read = PerformanceReadingCodec.read(PerformanceReadingCodec.write(reading));

    assertThat(read.counts().length > 0).isEqualTo(fits);
    assertThat(read.metrics()).isEqualTo(reading.metrics()).isNotEmpty();
  }
}
