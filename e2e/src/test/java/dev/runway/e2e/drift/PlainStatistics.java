package dev.runway.e2e.drift;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Textbook formulas, written down once more: none of them is Runway's. */
final class PlainStatistics {
  private static final double[] LANCZOS = {
    0.9999999999998099,
    676.5203681218851,
    -1259.1392167224028,
    771.3234287776531,
    -176.6150291621406,
    12.507343278686905,
    -0.13857109526572012,
    0.000009984369578019572,
    1.5056327351493116e-7
  };

  private static final double Z = 1.959963984540054;

  private PlainStatistics() {}

  /** Population stability index; half an event is added to each bin that is not empty twice. */
  static double psi(double[] reference, double[] current) {
    double n = 0;
    double m = 0;
    int bins = 0;
    for (int i = 0; i < reference.length; i++) {
      n += reference[i];
      m += current[i];
      bins += reference[i] + current[i] > 0 ? 1 : 0;
    }
    double psi = 0;
    for (int i = 0; i < reference.length; i++) {
      if (reference[i] + current[i] > 0) {
        double p = (reference[i] + 0.5) / (n + 0.5 * bins);
        double q = (current[i] + 0.5) / (m + 0.5 * bins);
        psi += (q - p) * Math.log(q / p);
      }
    }
    return psi;
  }

  /** Lower end of Wilson's 95 % interval. */
  static double wilsonLow(double share, double n) {
    double centre = share + Z * Z / (2 * n);
    double half = Z * Math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n));
    return (centre - half) / (1 + Z * Z / n);
  }

  /** P(Z > z) of a standard normal. */
  static double upperNormal(double z) {
    double half = upperGamma(0.5, z * z / 2) / 2;
    return z < 0 ? 1 - half : half;
  }

  /** P(X > x) of the non-central chi-square distribution. */
  static double survival(double x, double df, double lambda) {
    double sum = 0;
    int last = (int) (lambda / 2 + 12 * Math.sqrt(lambda / 2 + 4) + 30);
    for (int j = 0; j <= last; j++) {
      double log = -lambda / 2 + j * Math.log(lambda / 2) - logGamma(j + 1.0);
      sum += Math.exp(log) * upperGamma(df / 2 + j, x / 2);
    }
    return Math.min(1, sum);
  }

  /** The x that is exceeded with a probability. */
  static double upperQuantile(double probability, double df, double lambda) {
    double low = 0;
    double high = df + lambda;
    while (survival(high, df, lambda) > probability) {
      high *= 2;
    }
    for (int i = 0; i < 60; i++) {
      double middle = (low + high) / 2;
      if (survival(middle, df, lambda) > probability) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }

  /** Benjamini and Hochberg's q-values, in the order of the p-values. */
  static double[] qValues(double[] p) {
    Integer[] ascending = IntStream.range(0, p.length).boxed().toArray(Integer[]::new);
    Arrays.sort(ascending, Comparator.comparingDouble(i -> p[i]));
    double[] q = new double[p.length];
    double least = 1;
    for (int rank = p.length; rank >= 1; rank--) {
      int i = ascending[rank - 1];
      least = Math.min(least, p[i] * p.length / rank);
      q[i] = least;
    }
    return q;
  }

  /** Regularised upper incomplete gamma function Q(a, x): series below a + 1, fraction above. */
  static double upperGamma(double a, double x) {
    if (x <= 0) {
      return 1;
    }
    double front = Math.exp(a * Math.log(x) - x - logGamma(a));
    if (x < a + 1) {
      double term = 1 / a;
      double sum = term;
      for (int n = 1; term > sum * 1e-17; n++) {
        term *= x / (a + n);
        sum += term;
      }
      return 1 - front * sum;
    }
    double b = x + 1 - a;
    double c = 1e300;
    double d = 1 / b;
    double fraction = d;
    for (int i = 1; i < 10_000; i++) {
      double an = -i * (i - a);
      b += 2;
      d = 1 / (an * d + b);
      c = b + an / c;
      fraction *= d * c;
      if (Math.abs(d * c - 1) < 1e-16) {
        break;
      }
    }
    return front * fraction;
  }

  private static double logGamma(double x) {
    if (x < 0.5) {
      return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
    }
    double sum = LANCZOS[0];
    for (int i = 1; i < LANCZOS.length; i++) {
      sum += LANCZOS[i] / (x - 1 + i);
    }
    double t = x + 6.5;
    return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
  }
}
