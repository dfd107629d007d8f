package dev.runway.drift.distribution;

/**
 * Kurtosis of values of which only the bins are known, for the error of their variance. Within a
 * tenth or so of the error for what is shaped like a bell, flat, or of two humps; with tails as
 * heavy as a lognormal's of sigma 1 the error comes out a third too low, as it does from the
 * values.
 */
public final class BinnedKurtosis {

  /** Euler's constant: the largest of c values of an exponential law is ln c + this means away. */
  private static final double EULER = 0.5772156649015329;

  private double n;
  private double second;
  private double fourth;

  private BinnedKurtosis() {}

  /**
   * Fourth standardised moment less 3. Values are spread evenly over their bin; in the outermost
   * bins, which end at the least and the largest value, most lie at the inner end, so there they
   * fall off exponentially, with the mean distance at which the furthest of so many is where it is.
   *
   * @param counts by bin
   * @param min least finite value, max the largest
   * @param mean of the values
   * @return NaN where there is no spread
   */
  public static double excess(Edges edges, long[] counts, double min, double max, double mean) {
    int first = 0;
    int last = counts.length - 1;
    while (first < counts.length && counts[first] == 0) {
      first++;
    }
    while (last >= 0 && counts[last] == 0) {
      last--;
    }
    if (first > last || !(max > min)) {
      return Double.NaN;
    }
    BinnedKurtosis sums = new BinnedKurtosis();
    for (int i = first; i <= last; i++) {
      double low = (i == 0 ? min : Math.max(min, edges.get(i - 1))) - mean;
      double high = (i == edges.size() ? max : Math.min(max, edges.get(i))) - mean;
      if (first < last && i == last) {
        sums.tail((double) counts[i], low, high);
      } else if (first < last && i == first) {
        sums.tail((double) counts[i], high, low);
      } else {
        sums.even((double) counts[i], low, high);
      }
    }
    return sums.n * sums.fourth / (sums.second * sums.second) - 3;
  }

  private void even(double count, double a, double b) {
    n += count;
    second += count * (a * a + a * b + b * b) / 3;
    fourth += count * (a * a * (a * a + a * b + b * b) + b * b * b * (a + b)) / 5;
  }

  /** From the inner end away to the outer one, both by their distance from the mean. */
  private void tail(double count, double inner, double outer) {
    if (count == 1) {
      even(1, outer, outer);
      return;
    }
    double s = (outer - inner) / (Math.log(count) + EULER);
    n += count;
    second += count * (inner * inner + 2 * inner * s + 2 * s * s);
    fourth +=
        count
            * (inner * inner * (inner * inner + 4 * inner * s + 12 * s * s)
                + 24 * s * s * s * (inner + s));
  }
}
