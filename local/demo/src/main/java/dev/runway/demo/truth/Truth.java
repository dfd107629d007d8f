package dev.runway.demo.truth;

import dev.runway.demo.scenario.DemoCase;
import dev.runway.demo.scenario.DemoModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Computes what the demo must come to in the plainest way there is: all cases in memory, formulas
 * over arrays. Shares nothing with Runway's join or counts, so that agreement means something.
 */
public final class Truth {
  private static final double CLIP = 1e-15;

  private Truth() {}

  /** One row per period of the model, in order of time. */
  public static List<TruthRow> byPeriod(DemoModel model) {
    long window = model.document().window().toMillis();
    return by(model, c -> model.period().label(c.prediction().predictedAtMillis(), window));
  }

  /** One row per group, in order of its name. */
  public static List<TruthRow> by(DemoModel model, Function<DemoCase, String> group) {
    Map<String, List<DemoCase>> groups = new TreeMap<>();
    for (DemoCase c : model.cases()) {
      groups.computeIfAbsent(group.apply(c), g -> new ArrayList<>()).add(c);
    }
    List<TruthRow> rows = new ArrayList<>();
    groups.forEach((name, cases) -> rows.add(row(model, name, cases)));
    return rows;
  }

  /** One row over all predictions of the model. */
  public static TruthRow total(DemoModel model) {
    return row(model, "*", model.cases());
  }

  private static TruthRow row(DemoModel model, String group, List<DemoCase> cases) {
    long horizon = model.document().horizon().toMillis();
    List<DemoCase> labelled =
        cases.stream().filter(c -> c.observed() && c.delayMillis() <= horizon).toList();
    long observed = cases.stream().filter(DemoCase::observed).count();
    double[] delays = labelled.stream().mapToDouble(DemoCase::delayMillis).sorted().toArray();
    return new TruthRow(
        model.id(),
        group,
        cases.size(),
        labelled.size(),
        observed - labelled.size(),
        (double) labelled.size() / cases.size(),
        auc(labelled),
        mean(labelled, c -> right(c, model.document().threshold()) ? 1 : 0),
        mean(labelled, Truth::logLoss),
        calibration(labelled),
        quantile(delays, 0.5),
        quantile(delays, 0.95));
  }

  /** Rank formula: (mean rank of the positives - (positives + 1) / 2) / negatives. */
  static @Nullable Double auc(List<DemoCase> labelled) {
    List<DemoCase> sorted =
        labelled.stream().sorted(Comparator.comparingDouble(Truth::score)).toList();
    long positives = sorted.stream().filter(DemoCase::positive).count();
    long negatives = sorted.size() - positives;
    if (positives == 0 || negatives == 0) {
      return null;
    }
    double rankSum = 0;
    int from = 0;
    while (from < sorted.size()) {
      int to = from;
      while (to < sorted.size() && score(sorted.get(to)) == score(sorted.get(from))) {
        to++;
      }
      double tiedRank = (from + 1 + to) / 2.0;
      for (int i = from; i < to; i++) {
        rankSum += sorted.get(i).positive() ? tiedRank : 0;
      }
      from = to;
    }
    return (rankSum / positives - (positives + 1) / 2.0) / negatives;
  }

  private static double score(DemoCase c) {
    return c.prediction().score();
  }

  private static boolean right(DemoCase c, double threshold) {
    return (score(c) >= threshold) == c.positive();
  }

  private static double logLoss(DemoCase c) {
    // Cut behind the subtraction: in doubles 1 - (1 - 1e-15) is 0.08 % below 1e-15.
    double likelihood = c.positive() ? score(c) : 1 - score(c);
    return -Math.log(Math.min(Math.max(likelihood, CLIP), 1 - CLIP));
  }

  private static @Nullable Double calibration(List<DemoCase> labelled) {
    double expected = labelled.stream().mapToDouble(Truth::score).sum();
    long positives = labelled.stream().filter(DemoCase::positive).count();
    return positives == 0 ? null : expected / positives;
  }

  private static @Nullable Double mean(List<DemoCase> cases, ToDoubleFunction<DemoCase> value) {
    return cases.isEmpty() ? null : cases.stream().mapToDouble(value).sum() / cases.size();
  }

  private static @Nullable Double quantile(double[] sorted, double share) {
    return sorted.length == 0
        ? null
        : sorted[(int) Math.max(0, Math.ceil(share * sorted.length) - 1)];
  }

  /** Delays of the outcomes observed within the horizon, ascending, milliseconds. */
  public static double[] delays(DemoModel model) {
    long horizon = model.document().horizon().toMillis();
    double[] delays =
        model.cases().stream()
            .filter(c -> c.observed() && c.delayMillis() <= horizon)
            .mapToDouble(DemoCase::delayMillis)
            .toArray();
    Arrays.sort(delays);
    return delays;
  }
}
