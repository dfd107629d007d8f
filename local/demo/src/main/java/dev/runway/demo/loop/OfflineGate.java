package dev.runway.demo.loop;

import dev.runway.demo.train.LogisticModel;
import java.util.List;
import java.util.Locale;

/**
 * Whether a new version may have a share of the traffic: it and the live one are asked about the
 * same newest labelled cases, which the new one has not learnt from. Whether it then takes over is
 * for the canary gate.
 *
 * @param cases how many
 * @param live log loss of the live version on them, in nats
 * @param fresh that of the new one
 * @param difference fresh minus live; below 0 the new one is better
 * @param error standard error of the difference, case by case
 */
public record OfflineGate(int cases, double live, double fresh, double difference, double error) {
  /** Fewer say nothing. */
  static final int LEAST_CASES = 30;

  /**
   * Asks both.
   *
   * @param heldOut at least {@link #LEAST_CASES} cases
   * @throws IllegalArgumentException if there are fewer
   */
  static OfflineGate of(LogisticModel live, LogisticModel fresh, List<LabelledRow> heldOut) {
    int n = heldOut.size();
    if (n < LEAST_CASES) {
      throw new IllegalArgumentException(
          n + " cases are held out, and a version is judged by " + LEAST_CASES + " at least");
    }
    double sumLive = 0;
    double sumFresh = 0;
    double squares = 0;
    for (LabelledRow row : heldOut) {
      double before = row.loss(live);
      double after = row.loss(fresh);
      sumLive += before;
      sumFresh += after;
      squares += (after - before) * (after - before);
    }
    double mean = (sumFresh - sumLive) / n;
    double variance = Math.max(0, squares / n - mean * mean) * n / (n - 1);
    return new OfflineGate(n, sumLive / n, sumFresh / n, mean, Math.sqrt(variance / n));
  }

  /**
   * Not worse, or by less than one standard error: a version that has learnt from newer data is let
   * through where the cases cannot tell the two apart.
   */
  boolean passes() {
    return difference <= error;
  }

  /** In a line. */
  String words() {
    return String.format(
        Locale.ROOT,
        "log loss %.4f against %.4f of the live version on %d held-out cases, difference %+.4f ±"
            + " %.4f",
        fresh,
        live,
        cases,
        difference,
        error);
  }
}
