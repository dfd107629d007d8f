package dev.runway.drift.detect;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Early drift detection method (Baena-García et al. 2006) on errors 0/1: the distance between two
 * errors, mean + 2 sample standard deviations, against its highest value so far. Nearly every
 * stationary stream of 3,000 values alarms; for comparison only.
 */
public final class Eddm implements ChangeDetector {

  private static final int VERSION = 1;

  private final int warmUp;
  private final double warning;
  private final double drift;
  private long n;
  private long lastError;
  private long errors;
  private double mean;
  private double m2;
  private double highest;
  private double level = 1;

  /**
   * A detector that has seen nothing.
   *
   * @param warmUp values before the first that counts as highest, and errors before the first
   *     verdict
   * @param warning share of the highest level below which it warns
   * @param drift share of the highest level below which it is a change
   */
  public Eddm(int warmUp, double warning, double drift) {
    this.warmUp = warmUp;
    this.warning = warning;
    this.drift = drift;
  }

  /** 30 errors of warm-up, 0.95 and 0.90 of the highest level. */
  public static Eddm standard() {
    return new Eddm(30, 0.95, 0.9);
  }

  @Override
  public State add(double value) {
    n++;
    if (value == 0) {
      return State.STABLE;
    }
    double distance = n - lastError;
    lastError = n;
    errors++;
    double d = distance - mean;
    mean += d / errors;
    m2 += d * (distance - mean);
    double sd = errors > 1 ? Math.sqrt(m2 / (errors - 1)) : 0;
    double now = mean + 2 * sd;
    if (n <= warmUp) {
      return State.STABLE;
    }
    if (now > highest) {
      highest = now;
      level = 1;
      return State.STABLE;
    }
    if (errors <= warmUp) {
      return State.STABLE;
    }
    level = now / highest;
    return level < drift ? State.DRIFT : level < warning ? State.WARNING : State.STABLE;
  }

  /** Values since the last {@link #reset}. */
  public long count() {
    return n;
  }

  /** Share of the highest level below which it is a change. */
  public double driftLevel() {
    return drift;
  }

  /** Share of the highest level. */
  public double level() {
    return level;
  }

  public double highest() {
    return highest;
  }

  public long errors() {
    return errors;
  }

  @Override
  public void reset() {
    n = 0;
    lastError = 0;
    errors = 0;
    mean = 0;
    m2 = 0;
    highest = 0;
    level = 1;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    out.writeByte(VERSION);
    out.writeInt(warmUp);
    out.writeDouble(warning);
    out.writeDouble(drift);
    out.writeLong(n);
    out.writeLong(lastError);
    out.writeLong(errors);
    out.writeDouble(mean);
    out.writeDouble(m2);
    out.writeDouble(highest);
    out.writeDouble(level);
  }

  /** Reads what {@link #write} wrote. */
  public static Eddm read(DataInput in) throws IOException {
    Versions.require(in, VERSION, "EDDM");
    Eddm eddm = new Eddm(in.readInt(), in.readDouble(), in.readDouble());
    eddm.n = in.readLong();
    eddm.lastError = in.readLong();
    eddm.errors = in.readLong();
    eddm.mean = in.readDouble();
    eddm.m2 = in.readDouble();
    eddm.highest = in.readDouble();
    eddm.level = in.readDouble();
    return eddm;
  }
}
