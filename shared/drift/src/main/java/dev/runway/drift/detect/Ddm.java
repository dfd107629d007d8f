package dev.runway.drift.detect;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Drift detection method (Gama et al. 2004) on errors 0/1: the error rate p plus its standard error
 * s against the lowest such sum so far. Half of all stationary streams of 3,000 values alarm; for
 * comparison only.
 */
public final class Ddm implements ChangeDetector {

  private static final int VERSION = 1;

  private final int warmUp;
  private final double warning;
  private final double drift;
  private long n;
  private double p;
  private double pMin = Double.POSITIVE_INFINITY;
  private double sMin = Double.POSITIVE_INFINITY;

  /**
   * A detector that has seen nothing.
   *
   * @param warmUp values before the first verdict
   * @param warning standard errors above the lowest rate that warn
   * @param drift standard errors above the lowest rate that are a change
   */
  public Ddm(int warmUp, double warning, double drift) {
    this.warmUp = warmUp;
    this.warning = warning;
    this.drift = drift;
  }

  /** 30 values of warm-up, 2 and 3 standard errors. */
  public static Ddm standard() {
    return new Ddm(30, 2, 3);
  }

  @Override
  public State add(double value) {
    n++;
    p += (value - p) / n;
    if (n <= warmUp) {
      return State.STABLE;
    }
    double s = standardError();
    if (p + s <= pMin + sMin) {
      pMin = p;
      sMin = s;
    }
    if (p + s > pMin + drift * sMin) {
      return State.DRIFT;
    }
    return p + s > pMin + warning * sMin ? State.WARNING : State.STABLE;
  }

  public double rate() {
    return p;
  }

  /** Values since the last {@link #reset}. */
  public long count() {
    return n;
  }

  /** Error rate plus its standard error; a change above {@link #driftLevel}. */
  public double upper() {
    return p + standardError();
  }

  /** What {@link #upper} is compared with; infinite before the first verdict. */
  public double driftLevel() {
    return pMin + drift * sMin;
  }

  public double standardError() {
    return n == 0 ? 0 : Math.sqrt(p * (1 - p) / n);
  }

  public double lowestRate() {
    return pMin;
  }

  public double lowestStandardError() {
    return sMin;
  }

  @Override
  public void reset() {
    n = 0;
    p = 0;
    pMin = Double.POSITIVE_INFINITY;
    sMin = Double.POSITIVE_INFINITY;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    out.writeByte(VERSION);
    out.writeInt(warmUp);
    out.writeDouble(warning);
    out.writeDouble(drift);
    out.writeLong(n);
    out.writeDouble(p);
    out.writeDouble(pMin);
    out.writeDouble(sMin);
  }

  /** Reads what {@link #write} wrote. */
  public static Ddm read(DataInput in) throws IOException {
    Versions.require(in, VERSION, "DDM");
    Ddm ddm = new Ddm(in.readInt(), in.readDouble(), in.readDouble());
    ddm.n = in.readLong();
    ddm.p = in.readDouble();
    ddm.pMin = in.readDouble();
    ddm.sMin = in.readDouble();
    return ddm;
  }
}
