package dev.runway.drift.statistics;

import org.apache.commons.numbers.gamma.LogGamma;
import org.apache.commons.numbers.gamma.RegularizedGamma;

/**
 * The non-central chi-square distribution: the sum of squares of {@code df} normal variables whose
 * squared means add up to {@code lambda}.
 *
 * <p>Up to {@link #EXACT} it is summed as what it is, a Poisson mixture of central chi-square
 * distributions; the terms are all positive and run upwards, so nothing cancels (error below 1e-11
 * of the value, or 1e-13). Beyond that Sankaran's normal approximation of a power of X (Biometrika
 * 1963) is used, whose quantiles are then within 1e-6.
 */
public final class NoncentralChiSquared {

  /** Largest non-centrality that is summed. */
  private static final double EXACT = 10_000;

  /** Poisson mass further below its mode than this many standard deviations is below 1e-14. */
  private static final double SIGMAS = 8;

  /** Where the normal approximation is that far below, the upper tail is 1 for every purpose. */
  private static final double SURELY_ABOVE = -7.5;

  private NoncentralChiSquared() {}

  /**
   * P(X &gt; x).
   *
   * @param df degrees of freedom, 0 or above; with 0 there is an atom of exp(-lambda / 2) at 0
   * @param lambda non-centrality, 0 or above
   */
  public static double survival(double x, double df, double lambda) {
    if (x <= 0) {
      return 1;
    }
    if (lambda == 0) {
      return ChiSquared.survival(x, df);
    }
    double z = new Sankaran(df, lambda).z(x);
    return lambda > EXACT || z < SURELY_ABOVE
        ? Normal.survival(z)
        : mixture(x / 2, df / 2, lambda / 2);
  }

  /** Sum over j of Poisson(mean; j) Q(shape + j, half). */
  private static double mixture(double half, double shape, double mean) {
    double mode = Math.floor(mean);
    double j = Math.max(0, Math.floor(mode - SIGMAS * Math.sqrt(mean + 1)));
    double weight = Math.exp(-mean + j * Math.log(mean) - LogGamma.value(j + 1));
    double a = shape + j;
    double tail = a == 0 ? 0 : RegularizedGamma.Q.value(a, half);
    // Q(a + 1, y) = Q(a, y) + y^a e^-y / gamma(a + 1)
    double step = Math.exp(a * Math.log(half) - half - LogGamma.value(a + 1));
    double sum = 0;
    while (true) {
      double term = weight * tail;
      sum += term;
      if (j >= mode && (term < 1e-15 * sum || weight == 0)) {
        return Math.min(1, sum);
      }
      j++;
      weight *= mean / j;
      tail = Math.min(1, tail + step);
      step *= half / (shape + j);
    }
  }

  /**
   * The x that X stays at or below with probability p.
   *
   * @param p in (0, 1)
   */
  public static double quantile(double p, double df, double lambda) {
    Sankaran approximation = new Sankaran(df, lambda);
    double z = -Normal.upperQuantile(p);
    double x = approximation.quantile(z);
    if (lambda > EXACT) {
      return x;
    }
    // The approximation maps z to x almost rightly: asking it for a z shifted by its own error
    // converges within a few rounds, by a factor of 100 or more each.
    double asked = z;
    for (int i = 0; i < 20; i++) {
      double survival = survival(x, df, lambda);
      if (survival <= 0 || survival >= 1) {
        break;
      }
      double error = z - Normal.upperQuantile(survival);
      asked += error;
      x = approximation.quantile(asked);
      // What this round leaves is smaller by its factor again.
      if (Math.abs(error) < 1e-8) {
        return x;
      }
    }
    return bisect(1 - p, df, lambda);
  }

  /** Slow and sure: for the far tails, where the approximation leads nowhere. */
  private static double bisect(double upper, double df, double lambda) {
    double low = 0;
    double high = df + lambda;
    while (survival(high, df, lambda) > upper) {
      high *= 2;
    }
    while (high - low > 1e-12 * high) {
      double middle = (low + high) / 2;
      if (survival(middle, df, lambda) > upper) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }

  /** (X / (df + lambda))^power is nearly normal. */
  private static final class Sankaran {

    private final double scale;
    private final double power;
    private final double mean;
    private final double sigma;

    Sankaran(double df, double lambda) {
      double second = df + 2 * lambda;
      scale = df + lambda;
      power = 1 - 2 * scale * (df + 3 * lambda) / (3 * second * second);
      double p = second / (scale * scale);
      double m = (power - 1) * (1 - 3 * power);
      mean = 1 + power * p * (power - 1 - 0.5 * (2 - power) * m * p);
      sigma = power * Math.sqrt(2 * p) * (1 + 0.5 * m * p);
    }

    double z(double x) {
      return (Math.pow(x / scale, power) - mean) / sigma;
    }

    double quantile(double z) {
      return scale * Math.pow(Math.max(0, mean + z * sigma), 1 / power);
    }
  }
}
