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
 * @param all on average over the bins
 * @param shift along a shift of the whole distribution
 */
record Scatter(Overdispersion all, Overdispersion shift) {

  static final Scatter UNKNOWN = new Scatter(Overdispersion.UNKNOWN, Overdispersion.UNKNOWN);

  Scatter plus(BinnedShares pair) {
    return pair.bins() < 2
        ? this
        : new Scatter(all.plus(PsiTest.of(pair, Dispersion.NONE)), shift.plus(pair.shiftRatio()));
  }

  Scatter plus(Scatter other) {
    return new Scatter(all.plus(other.all), shift.plus(other.shift));
  }

  boolean known() {
    return all.windows() >= Overdispersion.MIN_WINDOWS;
  }

  Dispersion dispersion() {
    return new Dispersion(all.factor(), shift.factor());
  }

  void write(DataOutput out) throws IOException {
    Varints.writeUnsigned(out, all.windows());
    out.writeDouble(all.sum());
    out.writeDouble(shift.sum());
  }

  static Scatter read(DataInput in) throws IOException {
    long windows = Varints.readUnsigned(in);
    return new Scatter(
        new Overdispersion(windows, in.readDouble()), new Overdispersion(windows, in.readDouble()));
  }
}
