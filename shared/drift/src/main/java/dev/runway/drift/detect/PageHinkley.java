package dev.runway.drift.detect;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Page-Hinkley's test for a rise of the mean: S = max(0, a S + x - mean - delta) exceeds lambda.
 * With a = 1 it is the classic cumulative sum above its minimum.
 *
 * <p>At an error rate of 0.10, lambda 25 gives 2 % false alarms in 3,000 values and finds 0.20
 * after 243 of them; lambda 50 gives none and takes 600.
 */
public final class PageHinkley implements ChangeDetector {

  private static final int VERSION = 1;

  /** By how many standard deviations a sum of many values passes a level when it first does. */
  private static final double OVERSHOOT = 1.166;

  private final double delta;
  private final double lambda;
  private final double forgetting;
  private final int warmUp;
  private long n;
  private double mean;
  private double sum;

  /**
   * A detector that has seen nothing.
   *
   * @param delta rise of the mean that is tolerated, in units of the values
   * @param lambda level of the sum that is a change
   * @param forgetting a, in (0, 1]; 1 forgets nothing
   * @param warmUp values before the first verdict
   */
  public PageHinkley(double delta, double lambda, double forgetting, int warmUp) {
    if (!(delta >= 0 && lambda > 0 && forgetting > 0 && forgetting <= 1 && warmUp >= 0)) {
      throw new IllegalArgumentException(
          "delta %s, lambda %s, forgetting %s, warm-up %d"
              .formatted(delta, lambda, forgetting, warmUp));
    }
    this.delta = delta;
    this.lambda = lambda;
    this.forgetting = forgetting;
    this.warmUp = warmUp;
  }

  /** Delta 0.005, lambda 25, no forgetting, 30 values of warm-up: for losses of about [0, 1]. */
  public static PageHinkley standard() {
    return new PageHinkley(0.005, 25, 1, 30);
  }

  /**
   * The lambda that values whose mean does not rise exceed once in so many of them, by Siegmund's
   * approximation: with theta = 2 delta / variance and b = lambda + 1.166 standard deviations that
   * is (exp(theta b) - 1 - theta b) / (theta delta). A fixed lambda of 25 alarms every 20,000
   * values at a rate of 0.10 and every 4,000 at 0.50, which is no alarm at a thousand a second.
   *
   * @param delta rise that is tolerated, above 0
   * @param variance of the values, above 0
   * @param valuesPerFalseAlarm 1 or above
   */
  public static double lambda(double delta, double variance, double valuesPerFalseAlarm) {
    double theta = 2 * delta / variance;
    double exponent = 1;
    // Grows by the logarithm of what it was: some ten steps end in the last digit. The level is
    // stored, so it must be the same on every machine.
    for (int i = 0; i < 50; i++) {
      exponent = StrictMath.log(1 + exponent + valuesPerFalseAlarm * theta * delta);
    }
    return Math.max(exponent / theta - OVERSHOOT * Math.sqrt(variance), Math.sqrt(variance));
  }

  @Override
  public State add(double value) {
    n++;
    mean += (value - mean) / n;
    sum = Math.max(0, forgetting * sum + value - mean - delta);
    return n >= warmUp && sum > lambda ? State.DRIFT : State.STABLE;
  }

  /** S, the evidence so far; a change from lambda on. */
  public double sum() {
    return sum;
  }

  public double mean() {
    return mean;
  }

  /** Values since the last {@link #reset}. */
  public long count() {
    return n;
  }

  /** The level of the sum that is a change. */
  public double lambda() {
    return lambda;
  }

  @Override
  public void reset() {
    n = 0;
    mean = 0;
    sum = 0;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    out.writeByte(VERSION);
    out.writeDouble(delta);
    out.writeDouble(lambda);
    out.writeDouble(forgetting);
    out.writeInt(warmUp);
    out.writeLong(n);
    out.writeDouble(mean);
    out.writeDouble(sum);
  }

  /** Reads what {@link #write} wrote. */
  public static PageHinkley read(DataInput in) throws IOException {
    Versions.require(in, VERSION, "Page-Hinkley");
    try {
      PageHinkley detector =
          new PageHinkley(in.readDouble(), in.readDouble(), in.readDouble(), in.readInt());
      detector.n = in.readLong();
      detector.mean = in.readDouble();
      detector.sum = in.readDouble();
      return detector;
    } catch (IllegalArgumentException e) {
      throw new IOException("Page-Hinkley of " + e.getMessage(), e);
    }
  }
}
