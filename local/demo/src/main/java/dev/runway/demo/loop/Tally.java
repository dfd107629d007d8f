package dev.runway.demo.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Log loss of one model in the act: of the versions that served, and of the first one on the same
 * cases, which would have served without any retrain.
 */
final class Tally {
  /**
   * A case whose outcome is observed.
   *
   * @param version that served
   * @param with its loss, in nats
   * @param without that of the first version
   */
  record Scored(
      String caseId,
      long atMillis,
      int step,
      String segment,
      String version,
      double with,
      double without) {}

  /** Sums over cases, in nats. */
  static final class Sums {
    private long cases;
    private double served;
    private double other;
    private double squares;

    /** Adds a case: its loss, and that of what it is compared with. */
    void add(double servedLoss, double otherLoss) {
      cases++;
      served += servedLoss;
      other += otherLoss;
      squares += (servedLoss - otherLoss) * (servedLoss - otherLoss);
    }

    long cases() {
      return cases;
    }

    /** Mean log loss of what served; NaN without a case. */
    double with() {
      return served / cases;
    }

    /** Mean log loss of what it is compared with: the first version, where nothing is said. */
    double without() {
      return other / cases;
    }

    /** With minus without: below 0 it paid. */
    double difference() {
      return (served - other) / cases;
    }

    /** Standard error of the mean difference, case by case. */
    double error() {
      double mean = (served - other) / cases;
      double variance = Math.max(0, squares / cases - mean * mean);
      return Math.sqrt(variance / Math.max(1, cases - 1));
    }
  }

  private final List<Scored> all = new ArrayList<>();

  /** Adds a case whose outcome is observed, as it was scored. */
  void add(LoopCase about, int step, String version, double servedScore, double firstScore) {
    all.add(
        new Scored(
            about.id(),
            about.atMillis(),
            step,
            about.segment(),
            version,
            LabelledRow.loss(servedScore, about.positive()),
            LabelledRow.loss(firstScore, about.positive())));
  }

  List<Scored> cases() {
    return all;
  }

  Sums all() {
    return of(each -> true);
  }

  /** Of some of the cases. */
  Sums of(Predicate<Scored> which) {
    Sums sums = new Sums();
    all.stream().filter(which).forEach(each -> sums.add(each.with(), each.without()));
    return sums;
  }

  /** When a version served for the first time; {@link Long#MAX_VALUE} when it never did. */
  long servedFrom(String version) {
    return all.stream()
        .filter(each -> each.version().equals(version))
        .mapToLong(Scored::atMillis)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /** By step. */
  SortedMap<Integer, Sums> steps() {
    SortedMap<Integer, Sums> steps = new TreeMap<>();
    all.forEach(
        each ->
            steps
                .computeIfAbsent(each.step(), step -> new Sums())
                .add(each.with(), each.without()));
    return steps;
  }
}
