package dev.runway.drift.reading;

import dev.runway.drift.statistics.MultipleTesting;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The p-values of one question over all features, corrected for asking so often.
 *
 * @param q corrected, by feature; NaN where the question was not asked
 * @param cut the p-value up to which a feature is flagged in this window
 */
record Verdicts(double[] q, double cut) {

  static Verdicts of(
      List<Evidence> all, ToDoubleFunction<Evidence> p, MultipleTesting correction, double level) {
    double[] asked = all.stream().mapToDouble(p).toArray();
    double[] present = Arrays.stream(asked).filter(x -> !Double.isNaN(x)).toArray();
    double[] adjusted = correction.adjust(present);
    double[] q = new double[asked.length];
    int next = 0;
    int flagged = 0;
    for (int i = 0; i < asked.length; i++) {
      q[i] = Double.isNaN(asked[i]) ? Double.NaN : adjusted[next++];
      flagged += q[i] <= level ? 1 : 0;
    }
    // Of Benjamini and Hochberg's rule exactly; the others are stricter.
    double cut = level * Math.max(1, flagged) / Math.max(1, present.length);
    return new Verdicts(q, cut);
  }
}
