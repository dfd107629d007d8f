package dev.runway.driftmonitor.custom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.runway.model.DriftReading;
import dev.runway.model.DriftReading.Feature;
import dev.runway.model.DriftReading.Signal;
import dev.runway.model.DriftReading.Status;
import dev.runway.model.DriftReadingCodec;
import dev.runway.model.MalformedEvent;
import dev.runway.model.ModelDocument;
import dev.runway.model.ModelDocumentCodec;
import dev.runway.testkit.Waits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CustomMetricsTest {
  private static final String GOOD = "return Optional.of(Measure.of(window.current().n(), 1500));";
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  @TempDir Path folder;

  private final TestingMetrics counters = new TestingMetrics();
  private long nanos;

  @Test
  void metricOfAJar_isMeasuredOfEveryFeatureItAppliesTo() throws Exception {
    jar("good", "if (window.words().isEmpty()) { " + GOOD + " } return Optional.empty();");

    try (CustomMetrics metrics = open("good")) {
      DriftReading reading = read(metrics, null);

      assertThat(reading)
          .returns("custom.baseline-1", DriftReading::profileId)
          .returns(7L, DriftReading::revision)
          .returns(2, DriftReading::evaluated)
          .returns(1, DriftReading::flagged)
          .returns(0.5, DriftReading::severity);
      assertThat(reading.features())
          .extracting(Feature::name, Feature::flagged, Feature::severity)
          .containsExactly(tuple("number", true, 0.5), tuple("half", false, 0.0));
      assertThat(reading.features().get(0).signals())
          .containsExactly(
              new Signal(
                  "custom:good",
                  2_000.0,
                  null,
                  null,
                  null,
                  2_000,
                  "CUSTOM_JAVA",
                  1_500.0,
                  null,
                  null,
                  true));
    }
  }

  @Test
  void standardError_becomesAnInterval() throws Exception {
    jar("good", "return Optional.of(Measure.of(1).withStandardError(0.5));");

    try (CustomMetrics metrics = open("good")) {
      Signal signal = read(metrics, null).features().get(0).signals().get(0);

      assertThat(signal.standardError()).isEqualTo(0.5);
      assertThat(signal.low()).isBetween(0.01, 0.03);
      assertThat(signal.high()).isBetween(1.97, 1.99);
      assertThat(signal.threshold()).isNull();
    }
  }

  @Test
  void failingMetrics_costTheirOwnReadingsOnly() throws Exception {
    jar("good", GOOD);
    jar(
        "throwing",
        "if (window.feature().equals(\"word\")) { "
            + GOOD
            + "} throw new IllegalStateException(\"on purpose\");");
    jar("erring", "throw new java.io.IOError(new RuntimeException());");
    jar(
        "mute",
        """
        throw new Error() {
          @Override
          public String getMessage() {
            throw new java.util.ServiceConfigurationError("on purpose");
          }
        };
        """);
    jar("nan", "return Optional.of(Measure.of(Double.NaN));");
    jar("infinite", "return Optional.of(Measure.of(1.0 / 0));");
    jar("nothing", "return null;");
    jar("deep", "return measure(window);");
    jar(
        "slow",
        "try { Thread.currentThread().join(); } catch (InterruptedException e) { } " + GOOD);

    try (CustomMetrics metrics =
        open("throwing", "erring", "mute", "nan", "infinite", "nothing", "deep", "slow", "good")) {
      DriftReading reading = read(metrics, null);

      assertThat(signals(reading))
          .containsExactlyInAnyOrder(
              "number custom:good", "word custom:throwing", "word custom:good", "half custom:good");
    }
    assertThat(failures("throwing")).isEqualTo(2);
    for (String name : List.of("erring", "mute", "nan", "infinite", "nothing", "deep", "slow")) {
      assertThat(failures(name)).as(name).isEqualTo(3);
    }
    assertThat(failures("good")).isZero();
  }

  @Test
  void slowMetric_restsAndIsAskedAgain() throws Exception {
    System.clearProperty("runway.test.calls");
    jar(
        "slow",
        """
        int calls = Integer.getInteger("runway.test.calls", 0);
        System.setProperty("runway.test.calls", "" + (calls + 1));
        if (calls == 0) {
          try { Thread.currentThread().join(); } catch (InterruptedException e) { }
        }
        """
            + GOOD);
    try (CustomMetrics metrics = open("slow")) {
      assertThat(signals(read(metrics, null))).isEmpty();
      nanos += TIMEOUT.toNanos() * (GuardedMetric.REST - 1);
      assertThat(signals(read(metrics, null))).isEmpty();
      assertThat(System.getProperty("runway.test.calls")).isEqualTo("1");

      nanos += 2 * TIMEOUT.toNanos();
      // Its thread may still be on the way out of what was given up.
      await().atMost(Waits.LONG).until(() -> signals(read(metrics, null)).size() == 3);
      assertThat(failures("slow")).isGreaterThanOrEqualTo(6);
    } finally {
      System.clearProperty("runway.test.calls");
    }
  }

  @Test
  void metricThatNeverEnds_isNotAskedAgain() throws Exception {
    System.clearProperty("runway.test.stop");
    System.clearProperty("runway.test.begun");
    jar(
        "endless",
        "System.setProperty(\"runway.test.begun\", \"\" + (1 + Integer.getInteger(\"runway.test.begun\", 0)));"
            + " while (!Boolean.getBoolean(\"runway.test.stop\")) { Thread.yield(); } "
            + GOOD);
    try (CustomMetrics metrics = open("endless")) {
      assertThat(signals(read(metrics, null))).isEmpty();
      nanos += TIMEOUT.toNanos() * 2 * GuardedMetric.REST;
      assertThat(signals(read(metrics, null))).isEmpty();
    } finally {
      System.setProperty("runway.test.stop", "true");
    }
    assertThat(failures("endless")).isEqualTo(6);
    assertThat(System.clearProperty("runway.test.begun")).as("begun").isEqualTo("1");
  }

  @Test
  void unknownMetric_failsTheStartWithThoseThatWereFound() throws Exception {
    jar("good", GOOD);
    jar("other", GOOD);

    assertThatThrownBy(() -> open("good", "goood"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("runway.drift.metrics (goood) are not found; found are good, other");
    assertThatThrownBy(
            () -> CustomMetrics.check(settings(List.of("goood")), getClass().getClassLoader()))
        .hasMessageContaining("found are good, other");
  }

  @Test
  void brokenProvider_isNamedWhenItIsMissed() throws Exception {
    jar("good", GOOD);
    MetricJar.write(
        folder.resolve("broken.jar"),
        "com.example.Broken",
        """
        package com.example;
        public final class Broken { }
        """);
    MetricJar.write(
        folder.resolve("nameless.jar"),
        "com.example.Nameless",
        """
        package com.example;
        import dev.runway.drift.custom.*;
        public final class Nameless implements DriftMetric {
          public String name() { throw new java.io.IOError(new RuntimeException()); }
          public java.util.Optional<Measure> measure(FeatureWindow window) { return null; }
        }
        """);

    try (CustomMetrics metrics = open("good")) {
      assertThat(signals(read(metrics, null))).hasSize(3);
    }
    assertThatThrownBy(() -> open("broken"))
        .hasMessageContaining("found are good; not usable:")
        .hasMessageContaining("com.example.Broken")
        .hasMessageContaining("java.io.IOError");
  }

  @Test
  void sameNameTwice_isRefusedWithBothClassesWhereItIsAskedFor() throws Exception {
    MetricJar.write(folder.resolve("a.jar"), "com.example.A", "same", GOOD);
    MetricJar.write(folder.resolve("b.jar"), "com.example.B", "same", GOOD);
    jar("good", GOOD);

    try (CustomMetrics metrics = open("good")) {
      assertThat(signals(read(metrics, null))).as("two that nobody asks for").hasSize(3);
    }
    assertThatThrownBy(() -> open("same"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("com.example.A")
        .hasMessageContaining("com.example.B");
  }

  @Test
  void folderThatIsNotThere_failsTheStart() {
    CustomSettings settings =
        new CustomSettings(List.of("good"), List.of("file:///no/such/folder"), TIMEOUT, 5);

    assertThatThrownBy(() -> CustomMetrics.open(settings, getClass().getClassLoader(), counters))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("/no/such/folder");
  }

  @Test
  void jars_areCopiedAndTheCopiesGo() throws Exception {
    jar("good", GOOD);
    Path copy;
    try (MetricJars jars =
        MetricJars.open(List.of(folder.toUri().toString()), getClass().getClassLoader())) {
      Files.delete(folder.resolve("good.jar"));
      copy = Path.of(jars.loader().getURLs()[0].toURI());

      assertThat(copy).exists();
      assertThat(new MetricCatalogue(jars.loader()).require(List.of("good"))).hasSize(1);
    }
    assertThat(copy.getParent()).doesNotExist();
  }

  @Test
  void sqlMetrics_areMeasuredOfTheirFeatures() throws Exception {
    ModelDocument model =
        model(
            """
            {"name":"ratio","expression":"mean / reference_mean","threshold":1.5},
            {"name":"words","expression":"n","features":["word"]},
            {"name":"bad","expression":"mean +"}""");

    try (CustomMetrics metrics = open()) {
      DriftReading reading = read(metrics, model);

      assertThat(signals(reading))
          .containsExactlyInAnyOrder(
              "number custom:ratio", "half custom:ratio", "word custom:words");
      assertThat(reading).returns(1, DriftReading::flagged).returns(3, DriftReading::evaluated);
      assertThat(counters.count("unusable-sql-metrics")).isEqualTo(1);
      assertThat(read(metrics, null)).isNull();
    }
  }

  @Test
  void sqlMetricNamedAsAJavaMetric_isLeftOut() throws Exception {
    jar("good", GOOD);
    ModelDocument model = model("{\"name\":\"good\",\"expression\":\"1\"}");

    try (CustomMetrics metrics = open("good")) {
      DriftReading reading = read(metrics, model);

      assertThat(signals(reading)).hasSize(3);
      assertThat(DriftReadingCodec.read(DriftReadingCodec.write(reading))).isEqualTo(reading);
    }
    assertThatThrownBy(() -> CustomMetrics.objection(settings(List.of("good"))).raise(model))
        .isInstanceOf(MalformedEvent.class)
        .hasMessageContaining("is a Java metric");
  }

  @Test
  void objection_namesTheMetricAndThePlace() throws Exception {
    ModelDocument model =
        model("{\"name\":\"a\",\"expression\":\"1\"},{\"name\":\"b\",\"expression\":\"1 + x\"}");

    assertThatThrownBy(() -> CustomMetrics.objection(CustomSettings.none()).raise(model))
        .isInstanceOfSatisfying(
            MalformedEvent.class,
            e -> assertThat(e.field()).isEqualTo("drift_metrics[1].expression"))
        .hasMessageContaining("at character 5: there is no column x");
  }

  @Test
  void windowOfTooFewPredictions_hasTheStatusAlone() throws Exception {
    jar("good", GOOD);
    try (CustomMetrics metrics = open("good")) {
      DriftReading reading = read(metrics, null, Status.INSUFFICIENT_DATA);

      assertThat(reading)
          .returns(Status.INSUFFICIENT_DATA, DriftReading::status)
          .returns(0, DriftReading::evaluated)
          .returns(null, DriftReading::severity)
          .returns(List.of(), DriftReading::features);
    }
  }

  private void jar(String name, String body) throws IOException {
    MetricJar.write(folder.resolve(name + ".jar"), "com.example." + name + ".Metric", name, body);
  }

  private CustomSettings settings(List<String> names) {
    return new CustomSettings(names, List.of(folder.toUri().toString()), TIMEOUT, 5);
  }

  private CustomMetrics open(String... names) throws IOException {
    return CustomMetrics.open(
        settings(List.of(names)), getClass().getClassLoader(), counters, () -> nanos);
  }

  private static @Nullable DriftReading read(CustomMetrics metrics, @Nullable ModelDocument model)
      throws InterruptedException {
    return read(metrics, model, Status.EVALUATED);
  }

  private static @Nullable DriftReading read(
      CustomMetrics metrics, @Nullable ModelDocument model, Status status)
      throws InterruptedException {
    DriftReading builtIn =
        new DriftReading(
            "m",
            "1",
            "*",
            "baseline-1",
            false,
            0,
            600_000,
            0,
            7,
            status,
            SomeWindows.EVENTS,
            3,
            3,
            1,
            1.0,
            List.of());
    return metrics.read(model, builtIn, SomeWindows.BASELINE, SomeWindows.TILE, SomeWindows.REPORT);
  }

  private static List<String> signals(DriftReading reading) {
    return reading.features().stream()
        .flatMap(feature -> feature.signals().stream().map(s -> feature.name() + " " + s.metric()))
        .toList();
  }

  private long failures(String name) {
    return counters.count("custom-metric." + name + ".failures");
  }

  private static ModelDocument model(String metrics) throws MalformedEvent {
    String json = "{\"model_id\":\"m\",\"task\":\"BINARY\",\"drift_metrics\":[" + metrics + "]}";
    return ModelDocumentCodec.read(json.getBytes(StandardCharsets.UTF_8));
  }
}
