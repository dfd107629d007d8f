package dev.runway.driftmonitor.custom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.runway.drift.custom.DriftMetric;
import dev.runway.drift.custom.Measure;
import dev.runway.model.ModelDocument;
import dev.runway.model.ModelDocumentCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/custom-metrics.md shows is compiled and run. */
class DocumentedMetricsTest {
  private static final Path DOCUMENT = Path.of("../../docs/custom-metrics.md");

  @TempDir Path folder;

  @Test
  void javaMetric_isCompiledFoundAndMeasures() throws Exception {
    MetricJar.write(folder.resolve("tails.jar"), service(), block("java"));

    try (MetricJars jars =
        MetricJars.open(List.of(folder.toUri().toString()), getClass().getClassLoader())) {
      DriftMetric metric =
          new MetricCatalogue(jars.loader()).require(List.of("tail_distance")).get(0);

      Measure moved = metric.measure(SomeWindows.NUMBER).orElseThrow();
      Measure same = metric.measure(SomeWindows.WINDOWS.get(2)).orElseThrow();

      assertThat(moved.value()).isGreaterThan(0.5);
      assertThat(moved.threshold()).isEqualTo(0.05);
      assertThat(same.value()).isBetween(0.0, 0.01);
      assertThat(metric.measure(SomeWindows.WORD)).isEqualTo(Optional.empty());
    }
  }

  @Test
  void sqlMetrics_areAcceptedAndMeasure() throws Exception {
    ModelDocument model = ModelDocumentCodec.read(block("json").getBytes(StandardCharsets.UTF_8));

    assertThatCode(() -> CustomMetrics.objection(CustomSettings.none()).raise(model))
        .doesNotThrowAnyException();
    assertThat(model.driftMetrics()).hasSize(3);
    assertThat(value(model, 0)).isBetween(1.9, 2.1);
    assertThat(value(model, 1)).isBetween(9.0, 11.0);
    assertThat(value(model, 2)).isBetween(0.8, 1.0);
  }

  @Test
  void everyColumnAndFunction_isNamed() throws IOException {
    String text = Files.readString(DOCUMENT);
    for (String column : SqlColumns.names()) {
      String bare = column.startsWith("reference_") ? column.substring(10) : column;
      assertThat(text).contains("`" + bare + "`");
    }
    for (String function : SqlFunctions.known().split("[^A-Z0-9]+", -1)) {
      assertThat(text).contains(function);
    }
  }

  private static double value(ModelDocument model, int metric) throws InvalidExpression {
    return SqlExpression.compile(model.driftMetrics().get(metric).expression())
        .of(SomeWindows.NUMBER);
  }

  private static String service() throws IOException {
    return block("").strip();
  }

  private static String block(String language) throws IOException {
    Matcher block =
        Pattern.compile(
                "^```" + language + "\\n(com\\.|[{p])(.*?)^```$",
                Pattern.DOTALL | Pattern.MULTILINE)
            .matcher(Files.readString(DOCUMENT));
    assertThat(block.find()).as(language).isTrue();
    return block.group(1) + block.group(2);
  }
}
