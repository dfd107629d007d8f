package dev.runway.driftmonitor.custom;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.drift.custom.FeatureWindow;
import dev.runway.drift.custom.Measure;
import dev.runway.drift.custom.Population;
import dev.runway.drift.profile.FeatureKind;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftReading.Feature;
import dev.runway.model.DriftReading.Status;
import dev.runway.model.DriftReadingCodec;
import dev.runway.model.Limits;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CustomReportTest {
  private static final Population SOME =
      new Population(1_000, 900, 100, 0, 0, 1, 1, 0, 2, new long[] {900});

  @Test
  void shown_areTheFlaggedAndThoseOfTheHighestValuesOfEachMetric() {
    CustomReport report = new CustomReport(windows(20), 2);
    for (int i = 0; i < 20; i++) {
      report.add(i, "up", CustomReport.JAVA, Measure.of(i));
      report.add(i, "down", CustomReport.SQL, Measure.of(-i, i == 9 ? -10 : 1));
    }

    DriftReading reading = report.reading(builtIn("b"));

    assertThat(reading.features())
        .extracting(Feature::name)
        .containsExactly("f009", "f019", "f018", "f000", "f001");
    assertThat(reading).returns(20, DriftReading::evaluated).returns(1, DriftReading::flagged);
  }

  @Test
  void metricsWithoutThreshold_haveNoSeverity() {
    CustomReport report = new CustomReport(windows(1), 2);
    report.add(0, "up", CustomReport.JAVA, Measure.of(1));

    DriftReading reading = report.reading(builtIn("b"));

    assertThat(reading.severity()).isNull();
    assertThat(reading.features().get(0).severity()).isNull();
  }

  /** Names and numbers as long as they may be; all features flagged by all metrics. */
  @Test
  void largestReading_fitsIntoARecordAndIsReadBack() throws Exception {
    CustomReport report = new CustomReport(windows(1_000), 5);
    String longest = "m".repeat(38);
    for (int i = 0; i < 1_000; i++) {
      for (int metric = 10; metric < 26; metric++) {
        Measure measure = new Measure(-1.2345678901234567e-100, 1.2345678901234567e-100, -1e12);
        report.add(i, longest + metric, CustomReport.JAVA, measure);
      }
    }

    DriftReading reading = report.reading(builtIn("b"));
    byte[] bytes = DriftReadingCodec.write(reading);

    assertThat(reading).returns(1_000, DriftReading::flagged);
    assertThat(reading.features()).hasSize(CustomReport.MAX_FEATURES);
    assertThat(bytes.length).isLessThan(Limits.MAX_DRIFT_BYTES);
    assertThat(DriftReadingCodec.read(bytes)).isEqualTo(reading);
  }

  @Test
  void profileId_isOneEvenOfTheLongestBaseline() {
    String longest = "b".repeat(Limits.MAX_ID);

    assertThat(CustomReport.profileId("b-1")).isEqualTo("custom.b-1");
    assertThat(CustomReport.profileId(longest))
        .hasSizeLessThanOrEqualTo(Limits.MAX_ID)
        .startsWith("custom.")
        .isNotEqualTo(CustomReport.profileId("c" + longest.substring(1)));
  }

  private static List<FeatureWindow> windows(int size) {
    return IntStream.range(0, size)
        .mapToObj(
            i ->
                new FeatureWindow(
                    "m",
                    "1",
                    "f%03d".formatted(i),
                    FeatureKind.NUMERIC,
                    SOME,
                    SOME,
                    new double[0],
                    List.of(),
                    Map.of()))
        .toList();
  }

  private static DriftReading builtIn(String profileId) {
    return new DriftReading(
        "m",
        "1",
        "*",
        profileId,
        false,
        0,
        600_000,
        0,
        7,
        Status.EVALUATED,
        1_000,
        3,
        3,
        1,
        1.0,
        List.of());
  }
}
