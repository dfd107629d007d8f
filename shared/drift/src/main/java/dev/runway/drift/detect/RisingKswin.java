package dev.runway.drift.detect;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * {@link Kswin} for a stream that goes on: says when values have become larger, whatever their law,
 * and how often it is wrong about that is bounded.
 *
 * <p>The last r values are compared with the r before them, so nothing is drawn and a replay
 * decides the same. They are looked at every so many values, and each look may be wrong with alpha
 * = that number over the values per false alarm: by the union bound no more than one false alarm is
 * expected in so many independent values of one law, however the looks hang together. The level is
 * from the exact law of the one-sided distance of two samples of r (Gnedenko and Korolyuk 1951):
 * P(D+ &gt;= k/r) = C(2r, r-k) / C(2r, r), which ties only make smaller.
 *
 * <p>KSWIN's own alpha is per test, with a test for every value: at 0.005 some hundred false alarms
 * in 100,000 values.
 */
public final class RisingKswin implements ChangeDetector {
  private static final int VERSION = 1;
  private static final int MAX_RECENT = 50_000;

  private final int recent;
  private final int every;

  /** Values of r that the distribution functions must be apart. */
  private final int level;

  /** The last 2r values, each at its number modulo 2r. As floats: they are only compared. */
  private final float[] window;

  private long n;
  private int distance;

  /**
   * A detector that has seen nothing.
   *
   * @param valuesPerFalseAlarm above {@code every}
   * @param recent newest values, which are compared with as many before them
   * @param every so many values are looked at
   * @throws IllegalArgumentException if so few values can never be so sure
   */
  public RisingKswin(double valuesPerFalseAlarm, int recent, int every) {
    this(recent, every, level(recent, every / valuesPerFalseAlarm));
  }

  private RisingKswin(int recent, int every, int level) {
    if (recent < 1 || recent > MAX_RECENT || every < 1 || level < 1 || level > recent) {
      throw new IllegalArgumentException(
          "recent %d, every %d, level %d".formatted(recent, every, level));
    }
    this.recent = recent;
    this.every = every;
    this.level = level;
    window = new float[2 * recent];
  }

  /**
   * Least k with P(D+ &gt;= k/r) &lt;= alpha, of two samples of r values of one law.
   *
   * @throws IllegalArgumentException if not even k = r is so rare
   */
  public static int level(int recent, double alpha) {
    double p = 1;
    for (int k = 1; k <= recent; k++) {
      p *= (double) (recent - k + 1) / (recent + k);
      if (p <= alpha) {
        return k;
      }
    }
    throw new IllegalArgumentException(
        "%d values are never as far apart as alpha %s asks for".formatted(recent, alpha));
  }

  @Override
  public State add(double value) {
    window[(int) (n % window.length)] = (float) value;
    n++;
    if (n < window.length || n % every != 0) {
      return State.STABLE;
    }
    distance = largestRise();
    return distance >= level ? State.DRIFT : State.STABLE;
  }

  /** How far the older values' distribution function is above the newer ones', in values. */
  private int largestRise() {
    int first = (int) (n % window.length);
    float[] older = sorted(first);
    float[] newer = sorted((first + recent) % window.length);
    int largest = 0;
    int j = 0;
    for (int i = 0; i < recent; i++) {
      while (j < recent && newer[j] <= older[i]) {
        j++;
      }
      // Of equal older values the last one has them all below it.
      largest = Math.max(largest, i + 1 - j);
    }
    return largest;
  }

  private float[] sorted(int from) {
    float[] values = new float[recent];
    int whole = Math.min(recent, window.length - from);
    System.arraycopy(window, from, values, 0, whole);
    System.arraycopy(window, 0, values, whole, recent - whole);
    Arrays.sort(values);
    return values;
  }

  /** D+ of the last look, 0 to 1. */
  public double distance() {
    return (double) distance / recent;
  }

  /** The distance that is a change. */
  public double threshold() {
    return (double) level / recent;
  }

  /** Newest values that are compared. */
  public int recent() {
    return recent;
  }

  /** Values from one look to the next. */
  public int every() {
    return every;
  }

  /** Values since the last {@link #reset}. */
  public long count() {
    return n;
  }

  @Override
  public void reset() {
    n = 0;
    distance = 0;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    out.writeByte(VERSION);
    out.writeInt(recent);
    out.writeInt(every);
    out.writeInt(level);
    out.writeInt(distance);
    out.writeLong(n);
    for (int i = 0; i < Math.min(n, window.length); i++) {
      out.writeFloat(window[i]);
    }
  }

  /** Reads what {@link #write} wrote. */
  public static RisingKswin read(DataInput in) throws IOException {
    Versions.require(in, VERSION, "rising KSWIN");
    try {
      RisingKswin kswin = new RisingKswin(in.readInt(), in.readInt(), in.readInt());
      kswin.distance = in.readInt();
      kswin.n = in.readLong();
      if (kswin.n < 0) {
        throw new IOException("rising KSWIN of " + kswin.n + " values");
      }
      for (int i = 0; i < Math.min(kswin.n, kswin.window.length); i++) {
        kswin.window[i] = in.readFloat();
      }
      return kswin;
    } catch (IllegalArgumentException e) {
      throw new IOException("rising KSWIN of " + e.getMessage(), e);
    }
  }
}
