package dev.runway.bench.fleet;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One rule on the whole fleet.
 *
 * @param alarms raised on the days that count
 * @param wrong those without a drift of a feature that they name
 * @param wrongInFirstDays alarms before those days
 * @param drifts true ones; new words are none of them, for in shares they hardly are a change
 * @param delayHours of each drift that was found, ascending
 * @param foundOf drifts and new words found by size, and all of that size
 * @param delayHoursOf of those that were found, by size, ascending
 */
public record Tally(
    Rule rule,
    int alarms,
    int wrong,
    int wrongInFirstDays,
    int drifts,
    double[] delayHours,
    Map<String, int[]> foundOf,
    Map<String, double[]> delayHoursOf) {

  static Tally of(Rule rule, List<ModelResult> models) {
    int alarms = 0;
    int wrong = 0;
    int first = 0;
    int drifts = 0;
    List<Double> delays = new ArrayList<>();
    Map<String, int[]> foundOf = new TreeMap<>();
    Map<String, List<Double>> delaysOf = new TreeMap<>();
    for (ModelResult model : models) {
      Alarms of = model.alarms().get(rule);
      if (of == null) {
        continue;
      }
      alarms += of.raised();
      int counted = (int) of.wrong().stream().filter(Alarms.Raised::counts).count();
      wrong += counted;
      first += of.wrong().size() - counted;
      Drift truth = model.truth();
      if (truth != null) {
        boolean ofShares = !Double.isNaN(truth.psi());
        drifts += ofShares ? 1 : 0;
        int[] found = foundOf.computeIfAbsent(truth.size(), size -> new int[2]);
        found[1]++;
        if (of.found()) {
          found[0]++;
          delaysOf.computeIfAbsent(truth.size(), size -> new ArrayList<>()).add(of.delayHours());
          if (ofShares) {
            delays.add(of.delayHours());
          }
        }
      }
    }
    Map<String, double[]> sorted = new TreeMap<>();
    delaysOf.forEach((size, hours) -> sorted.put(size, ascending(hours)));
    return new Tally(rule, alarms, wrong, first, drifts, ascending(delays), foundOf, sorted);
  }

  private static double[] ascending(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
  }

  /** True drifts that were found. */
  public int found() {
    return delayHours.length;
  }

  /** Each drift counts once, however often an alarm tells it. */
  public double precision() {
    return found() == 0 ? 0 : (double) found() / (found() + wrong);
  }

  public double recall() {
    return drifts == 0 ? 1 : (double) found() / drifts;
  }

  /** Hours within which this share of the found drifts was found; NaN if none was. */
  public double delayHours(double share) {
    return quantile(delayHours, share);
  }

  static double quantile(double[] ascending, double share) {
    if (ascending.length == 0) {
      return Double.NaN;
    }
    int rank = (int) Math.ceil(share * ascending.length);
    return ascending[Math.max(0, rank - 1)];
  }

  @Override
  public String toString() {
    return "%s: precision %.3f, recall %.3f, %d of %d found, %d wrong of %d alarms, delays %s"
        .formatted(
            rule,
            precision(),
            recall(),
            found(),
            drifts,
            wrong,
            alarms,
            Arrays.toString(delayHours));
  }
}
