package dev.runway.drift.window;

import dev.runway.drift.performance.Varints;
import dev.runway.drift.statistics.ChiSquared;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * How much counts scatter from one window to another where a plain mean must not say it: among the
 * pairs are some that differ by what has happened, and nobody knows which. Immutable.
 *
 * <p>The lower quartile of the pairs says how large scatter is by itself, as long as a quarter of
 * the pairs and somewhat more show nothing else: a feature that changes between two states at
 * random is in the same one twice in half of them. Pairs are put down in classes half an octave
 * wide.
 */
final class Ratios {

  static final Ratios NONE = new Ratios(0, 0, new int[0]);

  private static final double QUARTER = 0.25;

  /** Classes for each doubling. */
  private static final int STEPS = 2;

  /** From 2^-8 to 2^40: less than chance, and more than there can be. */
  private static final int BELOW_ONE = 8 * STEPS;

  private static final int CLASSES = 48 * STEPS;

  /** By degrees of freedom: what a quarter of the pairs has less than, in units of their mean. */
  private static final double[] QUARTILES = quartiles();

  /** The most that a pair had. */
  private final int degrees;

  /** Of the first class that is not empty. */
  private final int first;

  private final int[] counts;

  private Ratios(int degrees, int first, int[] counts) {
    this.degrees = degrees;
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
    double at = ratio > 0 ? BELOW_ONE + Math.floor(STEPS * Math.log(ratio) / Math.log(2)) : 0;
    int of = Math.min(degrees, QUARTILES.length - 1);
    return plus(of, (int) Math.max(0, Math.min(CLASSES - 1.0, at)), new int[] {1});
  }

  Ratios plus(Ratios other) {
    return other.counts.length == 0
        ? this
        : counts.length == 0 ? other : plus(other.degrees, other.first, other.counts);
  }

  private Ratios plus(int of, int from, int[] more) {
    if (counts.length == 0) {
      return new Ratios(of, from, more);
    }
    int low = Math.min(first, from);
    int high = Math.max(first + counts.length, from + more.length);
    int[] sum = new int[high - low];
    System.arraycopy(counts, 0, sum, first - low, counts.length);
    for (int i = 0; i < more.length; i++) {
      sum[from - low + i] += more[i];
    }
    return new Ratios(Math.max(degrees, of), low, sum);
  }

  /** Pairs. */
  long total() {
    return Arrays.stream(counts).asLongStream().sum();
  }

  /** Of all pairs together, in units of independent events, each up to a limit. */
  double sum(double farthest) {
    double sum = 0;
    for (int i = 0; i < counts.length; i++) {
      sum += counts[i] * Math.min(farthest, ratio(i + 0.5));
    }
    return sum;
  }

  /** The scatter that the lower quartile shows; 1 for no pairs. */
  double usual() {
    return counts.length == 0 ? 1 : quartile() / QUARTILES[degrees];
  }

  private double quartile() {
    double wanted = QUARTER * total();
    double before = 0;
    int i = 0;
    while (before + counts[i] < wanted) {
      before += counts[i++];
    }
    return ratio(i + (wanted - before) / counts[i]);
  }

  /** At a place among the classes, of which the first begins at 0. */
  private double ratio(double place) {
    return Math.pow(2, (first + place - BELOW_ONE) / STEPS);
  }

  void write(DataOutput out) throws IOException {
    Varints.writeUnsigned(out, counts.length);
    if (counts.length > 0) {
      Varints.writeUnsigned(out, degrees);
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
    int degrees = Varints.readIndex(in, QUARTILES.length - 1, "degrees of freedom");
    int first = Varints.readIndex(in, CLASSES - size, "first class");
    int[] counts = new int[size];
    for (int i = 0; i < size; i++) {
      counts[i] = Varints.readIndex(in, Integer.MAX_VALUE, "pairs of a class");
    }
    return new Ratios(degrees, first, counts);
  }
}
