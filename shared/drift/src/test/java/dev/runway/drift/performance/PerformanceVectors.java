package dev.runway.drift.performance;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.assertj.core.api.Assertions;

/**
 * Evaluators of the performance vectors by metric name: from the vector's input to what the product
 * says, as a number, a list, a map of these, or null.
 */
public final class PerformanceVectors {

  private PerformanceVectors() {}

  /** What a vector's input evaluates to. */
  @FunctionalInterface
  public interface Evaluator {
    Object evaluate(JsonNode input);
  }

  public static Map<String, Evaluator> evaluators() {
    Map<String, Evaluator> evaluators = new LinkedHashMap<>();
    evaluators.put("confusion", PerformanceVectors::confusion);
    evaluators.put("wilson", PerformanceVectors::wilson);
    evaluators.put("probability_metrics", PerformanceVectors::probabilityMetrics);
    evaluators.put("log_loss", input -> metric(raw(input).counts(), "log_loss").value());
    evaluators.put("auc", input -> metric(raw(input).counts(), "auc").value());
    evaluators.put("auc_binned", PerformanceVectors::aucBinned);
    evaluators.put("regression", PerformanceVectors::regression);
    evaluators.put("mape", PerformanceVectors::mape);
    evaluators.put("ranking", PerformanceVectors::ranking);
    evaluators.put("cbpe", PerformanceVectors::cbpe);
    evaluators.put("label_delay", PerformanceVectors::labelDelay);
    evaluators.put("ipw", PerformanceVectors::ipw);
    evaluators.put("fsiw", PerformanceVectors::fsiw);
    return evaluators;
  }

  public static double[] doubles(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .mapToDouble(JsonNode::asDouble)
        .toArray();
  }

  static Metric metric(OutcomeCounts counts, String name) {
    return counts.metrics().stream()
        .filter(metric -> metric.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no metric " + name));
  }

  private static List<Double> interval(OutcomeCounts counts, String name) {
    Metric metric = metric(counts, name);
    return Arrays.asList(metric.low(), metric.high());
  }

  private static Object confusion(JsonNode input) {
    BinaryCounts counts = new BinaryCounts();
    add(counts, input.get("tp").asInt(), true, true);
    add(counts, input.get("fp").asInt(), true, false);
    add(counts, input.get("fn").asInt(), false, true);
    add(counts, input.get("tn").asInt(), false, false);
    Map<String, Object> result = new HashMap<>();
    for (String name : List.of("accuracy", "precision", "recall", "f1", "specificity", "mcc")) {
      result.put(name, metric(counts, name).value());
      result.put(name + "Ci", interval(counts, name));
    }
    result.put("balancedAccuracy", metric(counts, "balanced_accuracy").value());
    return result;
  }

  private static void add(BinaryCounts counts, int times, boolean decision, boolean positive) {
    for (int i = 0; i < times; i++) {
      counts.add(0.5, decision, positive, Weight.ONE, 1);
    }
  }

  private static Object wilson(JsonNode input) {
    Assertions.assertThat(input.get("z").asDouble()).isEqualTo(Interval.Z);
    double n = input.get("n").asDouble();
    Interval interval = Interval.wilson(input.get("k").asDouble() / n, n);
    return List.of(interval.low(), interval.high());
  }

  private static RawScores raw(JsonNode input) {
    return new RawScores(doubles(input.get("y")), doubles(input.get("p")));
  }

  /**
   * These scores lie 0.01 apart, so each has its bin and the binned values must equal the raw ones,
   * which {@link RawScores} gives.
   */
  private static Object probabilityMetrics(JsonNode input) {
    RawScores raw = raw(input);
    BinaryCounts counts = raw.counts();
    Metric auc = metric(counts, "auc");
    Assertions.assertThat(auc.boundLow()).isLessThanOrEqualTo(raw.auc());
    Assertions.assertThat(auc.boundHigh()).isGreaterThanOrEqualTo(raw.auc());
    Assertions.assertThat(raw.deLongSe()).isCloseTo(auc.se(), Assertions.offset(1e-12));
    Assertions.assertThat(raw.auc()).isCloseTo(auc.value(), Assertions.offset(1e-12));
    Map<String, Object> result = new HashMap<>();
    result.put("logLoss", metric(counts, "log_loss").value());
    result.put("brier", metric(counts, "brier").value());
    result.put("auc", auc.value());
    result.put("aucDeLongSe", auc.se());
    result.put(
        "aucHanleyMcNeilSe", BinnedAuc.hanleyMcNeil(auc.value(), raw.positives(), raw.negatives()));
    result.put("averagePrecision", metric(counts, "average_precision").value());
    CalibrationBins ten = raw.calibration(10);
    result.put("ece10", ten.expectedError());
    result.put("mce10", ten.maximumError());
    result.put("ece15", metric(counts, "ece").value());
    result.put("calibrationRatio", metric(counts, "calibration_ratio").value());
    result.put("murphy10", List.of(ten.reliability(), ten.resolution(), ten.uncertainty()));
    return result;
  }

  private static Object aucBinned(JsonNode input) {
    double[] positives = doubles(input.get("pos"));
    double[] negatives = doubles(input.get("neg"));
    BinnedAuc auc =
        BinnedAuc.of(
            positives, negatives, Arrays.stream(positives).sum(), Arrays.stream(negatives).sum());
    return Map.of(
        "auc",
        auc.auc(),
        "lower",
        auc.auc() - auc.slack(),
        "upper",
        auc.auc() + auc.slack(),
        "deLongSe",
        auc.se());
  }

  private static RegressionCounts regressionCounts(JsonNode input) {
    double[] y = doubles(input.get("y"));
    double[] f = doubles(input.get("f"));
    RegressionCounts counts = new RegressionCounts();
    for (int i = 0; i < y.length; i++) {
      counts.add(f[i], y[i], Weight.ONE, 1);
    }
    return counts;
  }

  private static Object regression(JsonNode input) {
    RegressionCounts counts = regressionCounts(input);
    Map<String, Object> result = new HashMap<>();
    counts.metrics().forEach(metric -> result.put(metric.name(), metric.value()));
    result.put("maeSe", metric(counts, "mae").se());
    return result;
  }

  private static Object mape(JsonNode input) {
    RegressionCounts counts = regressionCounts(input);
    Metric mape = metric(counts, "mape");
    return Map.of(
        "mape", mape.value(),
        "used", (double) mape.n(),
        "skippedZero", (double) counts.skippedZero());
  }

  private static Object ranking(JsonNode input) {
    RankingCounts counts = new RankingCounts();
    counts.add(doubles(input.get("relevances")), null, Weight.ONE, 1);
    return Map.of(
        "ndcgExp", metric(counts, "ndcg").value(),
        "ndcgLin", metric(counts, "ndcg_lin").value(),
        "ndcgExpAt3", metric(counts, "ndcg_at_3").value(),
        "mrr", metric(counts, "mrr").value(),
        "hitAt1", metric(counts, "hit_at_1").value());
  }

  /** Two scores share a bin here, so the AUC is bounded, and exact with a bin for each score. */
  private static Object cbpe(JsonNode input) {
    double[] p = doubles(input.get("p"));
    Cbpe cbpe = new Cbpe();
    for (double score : p) {
      cbpe.add(score, score >= input.get("threshold").asDouble(), Weight.ONE, 1);
    }
    Map<String, Object> result = new HashMap<>();
    for (Metric metric : cbpe.metrics()) {
      result.put(metric.name(), metric.value());
      if (metric.name().equals("accuracy")) {
        result.put("accuracySe", metric.se());
      }
      if (metric.name().equals("auc")) {
        double exact = expectedAuc(p);
        Assertions.assertThat(exact).isBetween(metric.boundLow(), metric.boundHigh());
        Assertions.assertThat(metric.boundHigh() - metric.boundLow()).isLessThan(0.05);
        result.put("auc", exact);
      }
    }
    result.put("tp", cbpe.expectedTruePositives());
    result.put("fp", cbpe.expectedFalsePositives());
    result.put("fn", cbpe.expectedFalseNegatives());
    result.put("tn", cbpe.expectedTrueNegatives());
    return result;
  }

  private static double expectedAuc(double[] p) {
    double[] positives = Arrays.stream(p).sorted().toArray();
    Assertions.assertThat(positives).doesNotHaveDuplicates();
    double[] negatives = Arrays.stream(positives).map(score -> 1 - score).toArray();
    return BinnedAuc.of(positives, negatives, 0, 0).auc();
  }

  private static Object labelDelay(JsonNode input) {
    double[] observed = doubles(input.get("observedPositive"));
    double mean = input.get("meanDelay").asDouble();
    double[] cdf =
        Arrays.stream(doubles(input.get("ageHours"))).map(a -> 1 - Math.exp(-a / mean)).toArray();
    double[] ones = new double[observed.length];
    Arrays.fill(ones, 1);
    return Map.of(
        "naive", DelayedFeedback.hajek(observed, ones),
        "horvitzThompson", DelayedFeedback.horvitzThompson(observed, cdf),
        "exposureRatio", DelayedFeedback.exposureRatio(observed, cdf));
  }

  private static Object ipw(JsonNode input) {
    double[] weights = doubles(input.get("weight"));
    return Map.of(
        "hajek", DelayedFeedback.hajek(doubles(input.get("value")), weights),
        "effectiveN", DelayedFeedback.effectiveN(weights));
  }

  private static Object fsiw(JsonNode input) {
    double rate = input.get("pPositive").asDouble();
    double observed = input.get("pObservedGivenPositive").asDouble();
    return Map.of(
        "weightObservedPositive", DelayedFeedback.positiveWeight(observed),
        "weightObservedNegative", DelayedFeedback.negativeWeight(rate, observed));
  }
}
