package dev.runway.groundtruth.join;

import dev.runway.drift.performance.RankingCounts;
import dev.runway.model.LabelPolicy;
import dev.runway.model.LabelStatus;
import dev.runway.model.Limits;
import dev.runway.model.Maturity;
import dev.runway.model.Reduction;
import dev.runway.model.Task;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the outcomes that count become one label, by the terms of the model. */
final class LabelRule {
  private final Terms terms;

  private LabelRule(Terms terms) {
    this.terms = terms;
  }

  static LabelRule of(Terms terms) {
    return new LabelRule(terms);
  }

  /** One label out of several outcomes, and when the deciding one was observed. */
  record Label(
      double actual,
      @Nullable String actualLabel,
      double @Nullable [] relevances,
      long delayMillis) {

    Verdict verdict(long revision, Maturity maturity, int outcomes) {
      return new Verdict(
          revision,
          maturity,
          LabelStatus.LABELLED,
          actual,
          actualLabel,
          relevances,
          delayMillis,
          outcomes);
    }
  }

  /**
   * @param counting at least one outcome, in source order
   */
  Label reduce(AdmittedPrediction prediction, List<AdmittedOutcome> counting) {
    if (terms.policy() == LabelPolicy.RANKING) {
      return rankingLabel(prediction, counting);
    }
    AdmittedOutcome deciding = deciding(counting);
    long delay = delay(prediction, deciding);
    if (terms.task() == Task.MULTICLASS) {
      return new Label(Double.NaN, deciding.label(), null, delay);
    }
    double reduced = terms.reduction() == Reduction.SUM ? sum(counting) : deciding.actual();
    return new Label(actual(reduced), null, null, delay);
  }

  private double actual(double reduced) {
    return switch (terms.policy()) {
      case GRADED -> reduced >= terms.positiveFrom() ? 1 : 0;
      case EXPLICIT, IMPLICIT_NEGATIVE -> reduced > 0 ? 1 : 0;
      // A sum of outcomes may leave the range in which the metrics are exact.
      case REGRESSION, RANKING -> Math.max(-Limits.MAX_VALUE, Math.min(reduced, Limits.MAX_VALUE));
    };
  }

  private AdmittedOutcome deciding(List<AdmittedOutcome> counting) {
    AdmittedOutcome first = counting.get(0);
    AdmittedOutcome last = counting.get(counting.size() - 1);
    return switch (terms.reduction()) {
      case FIRST -> first;
      case LAST -> last;
      case MAX -> greatest(counting);
      case SUM -> sumsClasses() ? greatest(counting) : last;
    };
  }

  /** Classes do not add up: a sum of them is their greatest. */
  private boolean sumsClasses() {
    return terms.policy() == LabelPolicy.EXPLICIT
        || terms.policy() == LabelPolicy.IMPLICIT_NEGATIVE;
  }

  private static AdmittedOutcome greatest(List<AdmittedOutcome> counting) {
    AdmittedOutcome greatest = counting.get(0);
    for (AdmittedOutcome outcome : counting) {
      // NaN, the class of a multi-class model, is never greater: the first one stays.
      if (outcome.actual() > greatest.actual()) {
        greatest = outcome;
      }
    }
    return greatest;
  }

  /** Sums in source order, so that equal outcomes give equal bits. */
  private static double sum(List<AdmittedOutcome> counting) {
    double sum = 0;
    for (AdmittedOutcome outcome : counting) {
      sum += outcome.actual();
    }
    return sum;
  }

  private Label rankingLabel(AdmittedPrediction prediction, List<AdmittedOutcome> counting) {
    List<String> items = prediction.ranking() == null ? List.of() : prediction.ranking();
    double[] relevances = new double[items.size()];
    for (int position = 0; position < relevances.length; position++) {
      String item = items.get(position);
      List<AdmittedOutcome> ofItem =
          counting.stream().filter(outcome -> item.equals(outcome.item())).toList();
      if (!ofItem.isEmpty()) {
        double relevance =
            terms.reduction() == Reduction.SUM ? sum(ofItem) : deciding(ofItem).actual();
        relevances[position] = Math.min(relevance, RankingCounts.MAX_RELEVANCE);
      }
    }
    double total = 0;
    for (double relevance : relevances) {
      total += relevance;
    }
    return new Label(total, null, relevances, delay(prediction, counting.get(0)));
  }

  private static long delay(AdmittedPrediction prediction, AdmittedOutcome outcome) {
    return Math.max(0, outcome.observedAtMillis() - prediction.predictedAtMillis());
  }
}
