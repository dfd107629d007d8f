package dev.runway.driftmonitor.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.driftmonitor.custom.CustomSettings;
import dev.runway.driftmonitor.custom.MetricJar;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftReading.Status;
import dev.runway.model.ModelDocument;
import dev.runway.model.ModelDocumentCodec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Readings of users' metrics beside the built-in ones. */
class CustomReadingsTest {
  private static final long START = SomeTiles.START;
  private static final long WINDOW = SomeTiles.WINDOW;
  private static final String CUSTOM = "custom.baseline-1";

  @TempDir Path folder;

  @Test
  void metricsOfJarAndDocument_haveAReadingForEachSegment_alsoAfterARestart() throws Exception {
    MetricJar.write(
        folder.resolve("rows.jar"),
        "com.example.Rows",
        """
        package com.example;
        import dev.runway.drift.custom.*;
        import java.util.Optional;
        public final class Rows implements DriftMetric {
          public String name() { return "rows"; }
          public Optional<Measure> measure(FeatureWindow window) {
            return Optional.of(Measure.of(window.current().events(), 1000));
          }
        }
        """);
    CustomSettings settings =
        new CustomSettings(
            List.of("rows"), List.of(folder.toUri().toString()), Duration.ofSeconds(5), 5);
    try (MergeHarness harness = new MergeHarness(settings)) {
      harness.models.become(model("{\"name\":\"moved\",\"expression\":\"mean - reference_mean\"}"));
      harness.counted(SomeTiles.calm(new Random(1), minute(3, null), 600, 0));
      harness.counted(SomeTiles.calm(new Random(2), minute(4, "eu"), 700, 0));
      harness.restart();
      harness.reaches(START + WINDOW);

      assertThat(custom(harness))
          .extracting(DriftReading::segment)
          .containsExactlyInAnyOrder("*", "eu");
      DriftReading all = of(custom(harness), "*");
      assertThat(all)
          .returns(Status.EVALUATED, DriftReading::status)
          .returns(1_300L, DriftReading::revision)
          .returns(2, DriftReading::flagged);
      assertThat(metrics(all))
          .containsExactlyInAnyOrder("custom:rows", "custom:rows", "custom:moved");
      assertThat(of(custom(harness), "eu")).returns(0, DriftReading::flagged);
      assertThat(of(builtIn(harness), "*")).returns(0, DriftReading::flagged);
    }
  }

  /** A late prediction tells both again; a document without metrics ends the readings. */
  @Test
  void documentsChange_holdsFromTheNextReadingOn() throws Exception {
    try (MergeHarness harness = new MergeHarness()) {
      harness.counted(SomeTiles.calm(new Random(1), minute(3, null), 600, 0));
      harness.reaches(START + WINDOW);
      assertThat(custom(harness)).isEmpty();

      harness.models.become(model("{\"name\":\"rows\",\"expression\":\"events\"}"));
      harness.counted(SomeTiles.calm(new Random(2), minute(4, null), 1, 0));
      harness.reaches(START + WINDOW + 1_000);

      assertThat(custom(harness)).singleElement().returns(601L, DriftReading::revision);

      harness.models.become(SomeTiles.model());
      harness.counted(SomeTiles.calm(new Random(3), minute(14, null), 600, 0));
      harness.reaches(START + 2 * WINDOW);
      assertThat(custom(harness)).hasSize(1);
    }
  }

  @Test
  void tooFewPredictions_areToldAsSuch() throws Exception {
    try (MergeHarness harness = new MergeHarness()) {
      harness.models.become(model("{\"name\":\"rows\",\"expression\":\"events\"}"));
      harness.counted(SomeTiles.calm(new Random(1), minute(3, null), 90, 0));
      harness.reaches(START + WINDOW);

      assertThat(custom(harness))
          .singleElement()
          .returns(Status.INSUFFICIENT_DATA, DriftReading::status)
          .returns(List.of(), DriftReading::features);
    }
  }

  private static List<DriftReading> custom(MergeHarness harness) {
    return harness.allReadings().stream().filter(r -> r.profileId().equals(CUSTOM)).toList();
  }

  private static List<DriftReading> builtIn(MergeHarness harness) {
    return harness.allReadings().stream().filter(r -> !r.profileId().equals(CUSTOM)).toList();
  }

  private static DriftReading of(List<DriftReading> readings, String segment) {
    return readings.stream().filter(r -> r.segment().equals(segment)).findFirst().orElseThrow();
  }

  private static List<String> metrics(DriftReading reading) {
    return reading.features().stream()
        .flatMap(feature -> feature.signals().stream())
        .map(DriftReading.Signal::metric)
        .toList();
  }

  private static ModelDocument model(String metrics) throws Exception {
    String json =
        "{\"model_id\":\"m\",\"task\":\"BINARY\",\"tier\":1,\"horizon\":\"PT1H\",\"segments\":[\"eu\"],"
            + "\"drift_metrics\":["
            + metrics
            + "]}";
    return ModelDocumentCodec.read(json.getBytes(StandardCharsets.UTF_8));
  }

  private static Span minute(int minute, String segment) {
    return Span.minuteOf(START + minute * 60_000L, segment);
  }
}
