package dev.runway.e2e.trace;

import dev.runway.model.LabelPolicy;
import dev.runway.model.LabelStatus;
import dev.runway.model.ModelDocument;
import dev.runway.model.Outcome;
import dev.runway.model.Prediction;
import dev.runway.model.Reduction;
import dev.runway.model.Task;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the outcomes of a prediction amount to.
 *
 * @param actual NaN where there is none
 * @param delayMillis -1 when no outcome decides
 * @param outcomes how many count
 */
public record CaseLabel(
    LabelStatus status,
    @Nullable String actualLabel,
    double actual,
    long delayMillis,
    int outcomes) {

  private static final Comparator<Outcome> SOURCE_ORDER =
      Comparator.comparingLong(Outcome::observedAtMillis)
          .thenComparingLong(Outcome::sequence)
          .thenComparing(Outcome::item, Comparator.nullsFirst(Comparator.naturalOrder()))
          .thenComparingLong(Outcome::retracts)
          .thenComparing(Outcome::label, Comparator.nullsFirst(Comparator.naturalOrder()))
          .thenComparingDouble(Outcome::value);

  /** The first of every place in source order; two of one place contradict each other. */
  static List<Outcome> undisputed(Collection<Outcome> outcomes) {
    List<Outcome> firsts = new ArrayList<>();
    for (Outcome outcome : outcomes.stream().sorted(SOURCE_ORDER).toList()) {
      if (firsts.stream().noneMatch(first -> samePlace(first, outcome))) {
        firsts.add(outcome);
      }
    }
    return firsts;
  }

  private static boolean samePlace(Outcome a, Outcome b) {
    return a.observedAtMillis() == b.observedAtMillis()
        && a.sequence() == b.sequence()
        && Objects.equals(a.item(), b.item());
  }

  static CaseLabel of(ModelDocument model, Prediction prediction, List<Outcome> undisputed) {
    List<Outcome> counting =
        undisputed.stream()
            .filter(Outcome::observesSomething)
            .filter(o -> undisputed.stream().noneMatch(r -> withdraws(r, o)))
            .toList();
    if (counting.isEmpty()) {
      return model.labelPolicy() == LabelPolicy.IMPLICIT_NEGATIVE
          ? new CaseLabel(LabelStatus.NEGATIVE_BY_DEFAULT, null, 0, -1, 0)
          : new CaseLabel(LabelStatus.UNLABELLED, null, Double.NaN, -1, 0);
    }
    Outcome deciding = deciding(model, counting);
    String label = model.task() == Task.MULTICLASS ? deciding.label() : null;
    // Relevances are of items: the first of any says when the list was judged.
    Outcome timed = model.task() == Task.RANKING ? counting.get(0) : deciding;
    long delay = timed.observedAtMillis() - prediction.predictedAtMillis();
    return new CaseLabel(
        LabelStatus.LABELLED, label, actual(model, prediction, counting), delay, counting.size());
  }

  private static double actual(ModelDocument model, Prediction prediction, List<Outcome> counting) {
    return switch (model.labelPolicy()) {
      case REGRESSION -> counting.stream().mapToDouble(Outcome::value).reduce(0, Double::sum);
      case GRADED -> deciding(model, counting).value() >= model.positiveFrom() ? 1 : 0;
      case RANKING ->
          Objects.requireNonNull(prediction.ranking()).stream()
              .mapToDouble(item -> relevance(item, counting))
              .sum();
      case EXPLICIT, IMPLICIT_NEGATIVE ->
          model.task() == Task.MULTICLASS
              ? Double.NaN
              : "true".equals(deciding(model, counting).label()) ? 1 : 0;
    };
  }

  /** The greatest: the trace's ranking model reduces by MAX. */
  private static double relevance(String item, List<Outcome> counting) {
    return counting.stream()
        .filter(o -> item.equals(o.item()))
        .mapToDouble(Outcome::value)
        .max()
        .orElse(0);
  }

  private static Outcome deciding(ModelDocument model, List<Outcome> counting) {
    if (model.reduction() == Reduction.FIRST) {
      return counting.get(0);
    }
    if (model.reduction() != Reduction.MAX) {
      return counting.get(counting.size() - 1);
    }
    double greatest = counting.stream().mapToDouble(Outcome::value).max().orElseThrow();
    return counting.stream().filter(o -> o.value() == greatest).findFirst().orElseThrow();
  }

  /** A retraction without an item withdraws what was said of any. */
  private static boolean withdraws(Outcome retraction, Outcome outcome) {
    return retraction.retracts() == outcome.sequence()
        && (retraction.item() == null || retraction.item().equals(outcome.item()));
  }
}
