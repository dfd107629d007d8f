package dev.runway.drift.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.runway.drift.performance.PerformanceVectors;
import dev.runway.drift.performance.PerformanceVectors.Evaluator;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Runs the reference vectors of the metric specification by metric name.
 *
 * <p>An area joins by putting its evaluators into {@link #EVALUATORS} and its metrics into {@link
 * #REQUIRED}. Metrics without an evaluator are listed in the output; those in the fixed list must
 * have one, so the set can only grow.
 */
class MathVectorsTest {

  private static final Map<String, Evaluator> EVALUATORS = PerformanceVectors.evaluators();

  private static final List<String> REQUIRED =
      List.of(
          "confusion",
          "wilson",
          "probability_metrics",
          "log_loss",
          "auc",
          "auc_binned",
          "regression",
          "mape",
          "ranking",
          "cbpe",
          "label_delay",
          "ipw",
          "fsiw");

  @TestFactory
  Stream<DynamicTest> vector_ofAnImplementedMetric_hasTheReferenceValue() throws IOException {
    return vectors().stream()
        .filter(vector -> EVALUATORS.containsKey(vector.get("metric").asText()))
        .map(vector -> DynamicTest.dynamicTest(vector.get("id").asText(), () -> check(vector)));
  }

  private static void check(JsonNode vector) {
    Object actual = EVALUATORS.get(vector.get("metric").asText()).evaluate(vector.get("input"));
    String id = vector.get("id").asText();
    compare(id, actual, vector.get("expected"), vector.get("tol").asDouble());
  }

  private static void compare(String where, Object actual, JsonNode expected, double tolerance) {
    if (expected.isNull()) {
      assertThat(actual).as(where).isNull();
    } else if (expected.isObject()) {
      Map<?, ?> values = (Map<?, ?>) actual;
      expected
          .properties()
          .forEach(
              entry ->
                  compare(
                      where + "." + entry.getKey(),
                      values.get(entry.getKey()),
                      entry.getValue(),
                      tolerance));
    } else if (expected.isArray()) {
      List<?> values = (List<?>) actual;
      assertThat(values).as(where).hasSize(expected.size());
      for (int i = 0; i < expected.size(); i++) {
        compare(where + "[" + i + "]", values.get(i), expected.get(i), tolerance);
      }
    } else {
      double value = expected.asDouble();
      double allowed = tolerance * Math.max(1, Math.abs(value));
      assertThat((Double) actual).as(where).isNotNull().isCloseTo(value, offset(allowed));
    }
  }

  @Test
  void registry_ofRequiredMetrics_isComplete() throws IOException {
    Map<String, Integer> missing = new TreeMap<>();
    List<String> performance = new ArrayList<>();
    for (JsonNode vector : vectors()) {
      String metric = vector.get("metric").asText();
      if (vector.get("area").asText().equals("performance")) {
        performance.add(metric);
      }
      if (!EVALUATORS.containsKey(metric)) {
        missing.merge(vector.get("area").asText() + "." + metric, 1, Integer::sum);
      }
    }
    System.out.println("Vectors of metrics not implemented yet: " + missing);

    assertThat(EVALUATORS.keySet()).containsAll(REQUIRED);
    assertThat(REQUIRED).containsAll(performance);
    assertThat(performance).as("performance vectors").hasSize(18);
    assertThat(vectors()).hasSize(150);
  }

  private static List<JsonNode> vectors() throws IOException {
    try (InputStream in = MathVectorsTest.class.getResourceAsStream("/math_vectors.json")) {
      JsonNode root = new ObjectMapper().readTree(in);
      return StreamSupport.stream(root.get("vectors").spliterator(), false).toList();
    }
  }
}
