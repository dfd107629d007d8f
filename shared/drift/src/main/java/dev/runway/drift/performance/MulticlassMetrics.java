package dev.runway.drift.performance;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

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
  private final Collection<LabelTallies.OfLabel> labels;
  private final Tally events;
  private final Tally right = new Tally();

  MulticlassMetrics(MulticlassCounts counts) {
    this.counts = counts;
    labels = counts.labels.sorted().values();
    events = counts.events();
    labels.forEach(label -> right.merge(label.right, 1));
  }

  List<Metric> all() {
    List<Metric> metrics = new ArrayList<>();
    metrics.add(Metric.share("accuracy", right, events));
    metrics.add(macro("macro_precision", label -> label.predicted));
    metrics.add(macro("macro_recall", label -> label.actual));
    metrics.add(macroF1());
    metrics.add(
        Metric.mean(
            "log_loss", counts.logLoss, 0, Double.POSITIVE_INFINITY, counts.probabilityEvents));
    return metrics;
  }

  private Metric macro(String name, Function<LabelTallies.OfLabel, Tally> denominators) {
    double sum = 0;
    double variance = 0;
    int classes = 0;
    for (LabelTallies.OfLabel label : labels) {
      Tally denominator = denominators.apply(label);
      if (!denominator.undefined()) {
        double share = label.right.weight() / denominator.weight();
        if (!(share >= 0 && share <= 1)) {
          return Metric.undefined(name, events);
        }
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
    double sum = 0;
    int classes = 0;
    for (LabelTallies.OfLabel label : labels) {
      double both = label.actual.weight() + label.predicted.weight();
      if (label.right.isNegative() || label.actual.isNegative() || label.predicted.isNegative()) {
        return Metric.undefined("macro_f1", events);
      }
      if (both > 0) {
        sum += 2 * label.right.weight() / both;
        classes++;
      }
    }
    return Metric.plain("macro_f1", classes == 0 ? null : sum / classes, events);
  }
}
