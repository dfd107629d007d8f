package dev.runway.drift.performance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The metrics of {@link MulticlassCounts}.
 *
 * <p>Macro precision averages over labels that were predicted, macro recall over labels that
 * occurred, macro F1 over labels that did either: a label for which the ratio is undefined is left
 * out, never counted as 0. Their standard errors take the classes as independent binomials; macro
 * F1 has none.
 */
final class MulticlassMetrics {

  private final MulticlassCounts counts;
  private final Tally events = new Tally();
  private final Tally right = new Tally();
  private final Map<String, Tally> rightByLabel = new HashMap<>();
  private final Map<String, Tally> actualByLabel = new HashMap<>();
  private final Map<String, Tally> predictedByLabel = new HashMap<>();

  MulticlassMetrics(MulticlassCounts counts) {
    this.counts = counts;
    counts.confusion.forEach((pair, cell) -> count(pair.predicted(), pair.actual(), cell));
  }

  private void count(String predicted, String actual, Tally cell) {
    events.merge(cell, 1);
    actualByLabel.computeIfAbsent(actual, label -> new Tally()).merge(cell, 1);
    predictedByLabel.computeIfAbsent(predicted, label -> new Tally()).merge(cell, 1);
    if (actual.equals(predicted)) {
      right.merge(cell, 1);
      rightByLabel.put(actual, cell);
    }
  }

  List<Metric> all() {
    List<Metric> metrics = new ArrayList<>();
    metrics.add(Metric.share("accuracy", right, events));
    metrics.add(macro("macro_precision", predictedByLabel));
    metrics.add(macro("macro_recall", actualByLabel));
    metrics.add(macroF1());
    metrics.add(
        Metric.mean(
            "log_loss", counts.logLoss, 0, Double.POSITIVE_INFINITY, counts.probabilityEvents));
    return metrics;
  }

  private Metric macro(String name, Map<String, Tally> denominators) {
    double sum = 0;
    double variance = 0;
    int classes = 0;
    // Labels in order, because a sum of doubles depends on it.
    for (String label : counts.labels()) {
      Tally denominator = denominators.get(label);
      if (denominator != null && !denominator.undefined()) {
        double share = weight(rightByLabel, label) / denominator.weight();
        sum += share;
        variance += share * (1 - share) / denominator.effectiveN();
        classes++;
      }
    }
    if (classes == 0) {
      return Metric.undefined(name, events);
    }
    double se = Math.sqrt(Math.max(0, variance)) / classes;
    return Metric.normal(name, sum / classes, se, 0, 1, events);
  }

  private Metric macroF1() {
    Set<String> labels = counts.labels();
    double sum = 0;
    int classes = 0;
    for (String label : labels) {
      double both = weight(actualByLabel, label) + weight(predictedByLabel, label);
      if (both > 0) {
        sum += 2 * weight(rightByLabel, label) / both;
        classes++;
      }
    }
    return Metric.plain("macro_f1", classes == 0 ? null : sum / classes, events);
  }

  private static double weight(Map<String, Tally> tallies, String label) {
    Tally tally = tallies.get(label);
    return tally == null ? 0 : tally.weight();
  }
}
