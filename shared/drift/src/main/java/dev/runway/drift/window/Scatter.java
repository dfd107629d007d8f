package dev.runway.drift.window;

import dev.runway.drift.distribution.BinnedShares;
import dev.runway.drift.distribution.Dispersion;
import dev.runway.drift.distribution.Overdispersion;
import dev.runway.drift.distribution.PsiTest;
import dev.runway.drift.performance.Varints;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * How much the counts of a feature scatter from one window to another, in units of independent
 * events. Immutable.
 *
 * <p>Of pairs of windows that agree with the baseline the mean says it, for none of them can be
 * far. Those that are both off may be so by scatter, and may be two different faults: they are kept
 * apart, and count for a few times of the usual at most.
 *
 * @param all on average over the bins, of pairs that agree with the baseline
 * @param shift along a shift of the whole distribution, of the same
 * @param offAll as {@code all}, of pairs that are both off
 * @param offShift as {@code shift}, of the same
 */
record Scatter(Overdispersion all, Overdispersion shift, Ratios offAll, Ratios offShift) {

  static final Scatter UNKNOWN =
      new Scatter(Overdispersion.UNKNOWN, Overdispersion.UNKNOWN, Ratios.NONE, Ratios.NONE);

  /** Times what most pairs show; an outage is a hundred times of it and more. */
  private static final double FARTHEST = 8;

  /**
   * With one pair more.
   *
   * @param off whether both windows of it have drifted, as if events were independent
   */
  Scatter plus(BinnedShares pair, boolean off) {
    if (pair.bins() < 2) {
      return this;
    }
    PsiTest test = PsiTest.of(pair, Dispersion.NONE);
    if (!off) {
      return new Scatter(all.plus(test), shift.plus(pair.shiftRatio()), offAll, offShift);
    }
    double ratio = test.psi() / test.k() / test.degrees();
    return new Scatter(
        all,
        shift,
        offAll.plus(ratio, test.degrees()),
        // A square of one normal number.
        offShift.plus(pair.shiftRatio(), 1));
  }

  Scatter plus(Scatter other) {
    return new Scatter(
        all.plus(other.all),
        shift.plus(other.shift),
        offAll.plus(other.offAll),
        offShift.plus(other.offShift));
  }

  /** Pairs of either sort. */
  long pairs() {
    return overall().windows();
  }

  /** On average over the bins, of all pairs. */
  Overdispersion overall() {
    return both(all, offAll);
  }

  Dispersion dispersion() {
    return new Dispersion(overall().mean(), both(shift, offShift).mean());
  }

  /**
   * All pairs, each of those that are both off up to a few times of what most pairs show. None is
   * left out: of windows that scatter widely these are the ones that show it.
   */
  private static Overdispersion both(Overdispersion calm, Ratios off) {
    long pairs = off.total();
    if (pairs == 0) {
      return calm;
    }
    double usual = calm.windows() >= pairs ? calm.sum() / calm.windows() : off.usual();
    return calm.plus(new Overdispersion(pairs, off.sum(FARTHEST * Math.max(1, usual))));
  }

  /** Whether pairs that are both off are among it, which the first version does not have. */
  boolean hasOff() {
    return offAll.total() > 0;
  }

  void write(DataOutput out, int version) throws IOException {
    Varints.writeUnsigned(out, all.windows());
    out.writeDouble(all.sum());
    out.writeDouble(shift.sum());
    if (version > 1) {
      offAll.write(out);
      offShift.write(out);
    }
  }

  static Scatter read(DataInput in, int version) throws IOException {
    long windows = Varints.readUnsigned(in);
    return new Scatter(
        new Overdispersion(windows, in.readDouble()),
        new Overdispersion(windows, in.readDouble()),
        version > 1 ? Ratios.read(in) : Ratios.NONE,
        version > 1 ? Ratios.read(in) : Ratios.NONE);
  }
}
