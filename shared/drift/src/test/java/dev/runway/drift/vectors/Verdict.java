package dev.runway.drift.vectors;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runway.drift.performance.PerformanceVectors.Evaluator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came of one reference vector.
 *
 * @param detail where and by how much it failed; empty when it passed
 */
record Verdict(String id, String metric, Outcome outcome, String detail) {

  enum Outcome {
    PASSED,
    FAILED,
    NOT_IMPLEMENTED
  }

  static Verdict of(JsonNode vector, @Nullable Evaluator evaluator) {
    String id = vector.path("id").asText();
    String metric = vector.path("metric").asText();
    if (evaluator == null) {
      return new Verdict(id, metric, Outcome.NOT_IMPLEMENTED, "metric not implemented");
    }
    try {
      Object actual = evaluator.evaluate(vector.get("input"));
      Comparison comparison = new Comparison(vector.get("tol").asDouble());
      comparison.compare("", actual, vector.get("expected"));
      return new Verdict(
          id,
          metric,
          comparison.worst.isEmpty() ? Outcome.PASSED : Outcome.FAILED,
          comparison.worst);
    } catch (RuntimeException | AssertionError e) {
      return new Verdict(id, metric, Outcome.FAILED, "not computed: " + e);
    }
  }

  /** What no reading of the product uses, so that its vectors say nothing of one. */
  private static final Map<String, String> APART =
      Map.of(
          "frechet", "computed in the tests only",
          "mmd", "computed in the tests only",
          "mmd_rff", "computed in the tests only",
          "distinct_rse", "constants of sketches that no tile has");

  /**
   * What must not be said to have passed.
   *
   * @param verdicts of all vectors of a file
   */
  static List<String> problems(List<Verdict> verdicts) {
    if (verdicts.stream().allMatch(verdict -> verdict.outcome() == Outcome.NOT_IMPLEMENTED)) {
      return List.of("no metric of the " + verdicts.size() + " vectors is implemented");
    }
    return verdicts.stream()
        .filter(verdict -> verdict.outcome() == Outcome.FAILED)
        .map(Verdict::line)
        .toList();
  }

  /** Keeps the largest difference, in units of what is allowed. */
  private static final class Comparison {
    private final double tolerance;
    private double excess;
    private String worst = "";

    Comparison(double tolerance) {
      this.tolerance = tolerance;
    }

    void compare(String where, @Nullable Object actual, JsonNode expected) {
      if (expected.isObject()) {
        expected
            .properties()
            .forEach(
                entry ->
                    compare(
                        where + "." + entry.getKey(),
                        actual instanceof Map<?, ?> map ? map.get(entry.getKey()) : null,
                        entry.getValue()));
      } else if (expected.isArray()) {
        if (!(actual instanceof List<?> list) || list.size() != expected.size()) {
          differs(where, actual, expected);
          return;
        }
        for (int i = 0; i < expected.size(); i++) {
          compare(where + "[" + i + "]", list.get(i), expected.get(i));
        }
      } else if (expected.isNumber() && actual instanceof Double number) {
        compareNumbers(where, number, expected.asDouble());
      } else if (!(expected.isNull()
          ? actual == null
          : actual != null && actual.toString().equals(expected.asText()))) {
        differs(where, actual, expected);
      }
    }

    private void compareNumbers(String where, double actual, double expected) {
      double allowed = tolerance * Math.max(1, Math.abs(expected));
      double difference = Math.abs(actual - expected);
      // Written this way so that NaN fails.
      if (!(difference <= allowed) && !(difference / allowed <= excess)) {
        excess = difference / allowed;
        worst =
            String.format(
                Locale.ROOT,
                "%s is %s, off by %.3g, allowed %.3g",
                where.isEmpty() ? "value" : where.substring(where.startsWith(".") ? 1 : 0),
                actual,
                difference,
                allowed);
      }
    }

    private void differs(String where, @Nullable Object actual, JsonNode expected) {
      excess = Double.POSITIVE_INFINITY;
      worst = (where.isEmpty() ? "value" : where) + " is " + actual + ", expected " + expected;
    }
  }

  String line() {
    String text =
        switch (outcome) {
          case PASSED -> "passed";
          case FAILED -> "FAILED: " + detail;
          case NOT_IMPLEMENTED -> detail;
        };
    String apart = APART.containsKey(metric) ? " (" + APART.get(metric) + ")" : "";
    return String.format(Locale.ROOT, "%-16s %-22s %s%s", id, metric, text, apart);
  }
}
