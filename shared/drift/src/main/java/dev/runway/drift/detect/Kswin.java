package dev.runway.drift.detect;

import dev.runway.drift.distribution.WeightedSample;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Kolmogorov-Smirnov windowing (Raab et al. 2020): the last r of n values against r of the older
 * ones. The older ones are taken at equal steps and not at random, so that a replay decides the
 * same. A change is D &gt; sqrt(-ln(alpha) / r).
 */
public final class Kswin implements ChangeDetector {

  private static final int VERSION = 1;
  private static final int MAX_WINDOW = 100_000;

  private final double alpha;
  private final int recent;
  private final double[] window;
  private int size;
  private double distance;

  /**
   * A detector that has seen nothing.
   *
   * @param window values looked at, at least twice {@code recent}
   * @param recent newest values that are compared with the rest
   */
  public Kswin(double alpha, int window, int recent) {
    if (!(alpha > 0 && alpha < 1) || recent < 1 || window < 2 * recent || window > MAX_WINDOW) {
      throw new IllegalArgumentException(
          "alpha %s, window %d, recent %d".formatted(alpha, window, recent));
    }
    this.alpha = alpha;
    this.recent = recent;
    this.window = new double[window];
  }

  /** Alpha 0.005, the last 30 of 100 values. */
  public static Kswin standard() {
    return new Kswin(0.005, 100, 30);
  }

  @Override
  public State add(double value) {
    if (size == window.length) {
      System.arraycopy(window, 1, window, 0, size - 1);
      size--;
    }
    window[size++] = value;
    if (size < window.length) {
      return State.STABLE;
    }
    double[] older = new double[recent];
    for (int j = 0; j < recent; j++) {
      older[j] = window[(int) ((long) j * (size - recent) / recent)];
    }
    distance =
        WeightedSample.kolmogorovSmirnov(
            WeightedSample.of(older),
            WeightedSample.of(Arrays.copyOfRange(window, size - recent, size)));
    return distance > threshold() ? State.DRIFT : State.STABLE;
  }

  /** D of the last look. */
  public double distance() {
    return distance;
  }

  public double threshold() {
    return Math.sqrt(-Math.log(alpha) / recent);
  }

  @Override
  public void reset() {
    size = 0;
    distance = 0;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    out.writeByte(VERSION);
    out.writeDouble(alpha);
    out.writeInt(window.length);
    out.writeInt(recent);
    out.writeDouble(distance);
    out.writeInt(size);
    for (int i = 0; i < size; i++) {
      out.writeDouble(window[i]);
    }
  }

  /** Reads what {@link #write} wrote. */
  public static Kswin read(DataInput in) throws IOException {
    Versions.require(in, VERSION, "KSWIN");
    try {
      Kswin kswin = new Kswin(in.readDouble(), in.readInt(), in.readInt());
      kswin.distance = in.readDouble();
      int size = in.readInt();
      if (size < 0 || size > kswin.window.length) {
        throw new IOException("KSWIN with " + size + " of " + kswin.window.length + " values");
      }
      for (int i = 0; i < size; i++) {
        kswin.window[i] = in.readDouble();
      }
      kswin.size = size;
      return kswin;
    } catch (IllegalArgumentException e) {
      throw new IOException("KSWIN of " + e.getMessage(), e);
    }
  }
}
