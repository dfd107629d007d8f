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
  /** A full confusion matrix is the largest thing that is sent; every reading must be readable. */
  @ParameterizedTest
  @CsvSource({"20, true", "80, false", "255, false"})
  void reading_ofManyClasses_isReadable_withCountsWhereTheyFit(int classes, boolean fits)
      throws MalformedEvent {
    WindowCounts counts = WindowCounts.empty(Task.MULTICLASS);
    MulticlassCounts matrix = (MulticlassCounts) counts.outcomes();
    for (int predicted = 0; predicted < classes; predicted++) {
      for (int actual = 0; actual < classes; actual++) {
        matrix.add("class-" + predicted, "class-" + actual, Weight.ONE, 1);
      }
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
