package dev.runway.drift.window;

import dev.runway.drift.performance.Varints;
import dev.runway.drift.statistics.ChiSquared;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * How much counts scatter from one window to another where a mean must not say it: among the pairs
 * are some that differ by what has happened, and nobody knows which. Immutable.
 *
 * <p>Each pair is put down as the scatter at which a quarter of all pairs would have less than it
 * has, in classes half an octave wide. So the lower quartile of them is the scatter, as long as a
 * quarter of the pairs and somewhat more show nothing else: an outage of an hour is two pairs of a
 * day, and a feature that changes between two states at random is in the same one twice in half of
 * them. Where windows differ by their scatter alone, it is that of all of them.
 */
final class Ratios {

  static final Ratios NONE = new Ratios(0, new int[0]);

  private static final double QUARTER = 0.25;

  /** Classes for each doubling. */
  private static final int STEPS = 2;

  /** From 2^-8 to 2^40: less than chance, and more than there can be. */
  private static final int BELOW_ONE = 8 * STEPS;

  private static final int CLASSES = 48 * STEPS;

  /** By degrees of freedom: what a quarter of the pairs has less than, in units of their mean. */
  private static final double[] QUARTILES = quartiles();

  /** Of the first class that is not empty. */
  private final int first;

  private final int[] counts;

  private Ratios(int first, int[] counts) {
    this.first = first;
    this.counts = counts;
  }

  private static double[] quartiles() {
    double[] quartiles = new double[128];
    quartiles[0] = 1;
    for (int df = 1; df < quartiles.length; df++) {
      quartiles[df] = ChiSquared.quantile(QUARTER, df) / df;
    }
    return quartiles;
  }

  /**
   * With one pair more.
   *
   * @param ratio of its scatter to that of independent events, in units of whose mean its law is
   *     that of chi-square
   * @param degrees of freedom of that law, 1 or above
   */
  Ratios plus(double ratio, int degrees) {
    double value = ratio / QUARTILES[Math.min(degrees, QUARTILES.length - 1)];
    double at = value > 0 ? BELOW_ONE + Math.floor(STEPS * Math.log(value) / Math.log(2)) : 0;
    return plus((int) Math.max(0, Math.min(CLASSES - 1.0, at)), new int[] {1});
  }

  Ratios plus(Ratios other) {
    return other.counts.length == 0
        ? this
        : counts.length == 0 ? other : plus(other.first, other.counts);
  }

  private Ratios plus(int from, int[] more) {
    if (counts.length == 0) {
      return new Ratios(from, more);
    }
    int low = Math.min(first, from);
    int high = Math.max(first + counts.length, from + more.length);
    int[] sum = new int[high - low];
    System.arraycopy(counts, 0, sum, first - low, counts.length);
    for (int i = 0; i < more.length; i++) {
      sum[from - low + i] += more[i];
    }
    return new Ratios(low, sum);
  }

  /** Pairs. */
  long total() {
    return Arrays.stream(counts).asLongStream().sum();
  }

  /** The scatter that they show, in units of independent events; 1 for no pairs. */
  double scatter() {
    double wanted = QUARTER * total();
    double before = 0;
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0 && before + counts[i] >= wanted) {
        double part = (wanted - before) / counts[i];
        return Math.pow(2, (first + i + part - BELOW_ONE) / STEPS);
      }
      before += counts[i];
    }
    return 1;
  }

  void write(DataOutput out) throws IOException {
    Varints.writeUnsigned(out, counts.length);
    if (counts.length > 0) {
      Varints.writeUnsigned(out, first);
    }
    for (int count : counts) {
      Varints.writeUnsigned(out, count);
    }
  }

  static Ratios read(DataInput in) throws IOException {
    int size = Varints.readIndex(in, CLASSES, "number of classes");
    if (size == 0) {
      return NONE;
    }
    int first = Varints.readIndex(in, CLASSES - size, "first class");
    int[] counts = new int[size];
    for (int i = 0; i < size; i++) {
      counts[i] = Varints.readIndex(in, Integer.MAX_VALUE, "pairs of a class");
    }
    return new Ratios(first, counts);
  }
}
