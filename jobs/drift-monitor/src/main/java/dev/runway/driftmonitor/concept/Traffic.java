package dev.runway.driftmonitor.concept;

import dev.runway.drift.performance.GroupedMeans;
import dev.runway.drift.performance.Varints;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * From which groups of a reference losses were expected: what one of them had too high or too low
 * is in the mean of the losses with the weight of that group.
 *
 * <p>Weights added up to the n-th loss, at the beginning of each window for the latest, coarser for
 * older ones, and even in between. Bounded: beyond {@link #MAX_MARKS} every second mark of the
 * older half is left out.
 */
final class Traffic {
  static final int MAX_MARKS = 32;

  private final GroupedMeans expected;

  /** Sums by group, up to a number of losses. */
  private final TreeMap<Long, double[]> marks = new TreeMap<>();

  private final double[] sums;
  private long seen;

  /**
   * @param seen losses so far, of which nothing is known
   */
  Traffic(GroupedMeans expected, long seen) {
    this.expected = expected;
    this.seen = seen;
    sums = new double[expected.groups()];
    mark();
  }

  /** Adds the next loss, which was expected {@code weight} times what is at a place. */
  void add(double at, double weight) {
    expected.spread(at, weight, sums);
    seen++;
  }

  void mark() {
    marks.put(seen, sums.clone());
    if (marks.size() > MAX_MARKS) {
      int[] position = {0};
      // The first one stays: it says where all of it began.
      marks.keySet().removeIf(number -> position[0]++ < MAX_MARKS / 2 && position[0] % 2 == 0);
    }
  }

  /**
   * Standard error of the difference of two mean losses that comes from the reference alone: 0
   * where both are of the same traffic, whatever that is.
   *
   * @param first of the older ones
   * @param change first of the newer ones
   */
  double errorOfChange(long first, long change) {
    double[] weights = mean(change, seen);
    double[] before = mean(first, change);
    for (int group = 0; group < weights.length; group++) {
      weights[group] -= before[group];
    }
    return Math.sqrt(expected.varianceOf(weights));
  }

  /** Mean weights; those of losses of which nothing is known are taken for the reference's. */
  private double[] mean(long from, long to) {
    long first = Math.max(from, marks.firstKey());
    if (to <= first) {
      return new double[sums.length];
    }
    double[] mean = upTo(to);
    double[] before = upTo(first);
    for (int group = 0; group < mean.length; group++) {
      mean[group] = (mean[group] - before[group]) / (to - first);
    }
    return mean;
  }

  private double[] upTo(long number) {
    Map.Entry<Long, double[]> left = marks.floorEntry(number);
    Map.Entry<Long, double[]> right = marks.higherEntry(number);
    if (left == null) {
      throw new IllegalArgumentException(number + " is before " + marks.firstKey());
    }
    double[] from = left.getValue();
    double[] to = right == null ? sums : right.getValue();
    long length = (right == null ? seen : right.getKey()) - left.getKey();
    double share = length == 0 ? 0 : (double) (number - left.getKey()) / length;
    double[] between = new double[from.length];
    Arrays.setAll(between, group -> from[group] + share * (to[group] - from[group]));
    return between;
  }

  void write(DataOutput out) throws IOException {
    Varints.writeUnsigned(out, marks.size());
    for (Map.Entry<Long, double[]> mark : marks.entrySet()) {
      Varints.writeUnsigned(out, mark.getKey());
      write(out, mark.getValue());
    }
    write(out, sums);
  }

  private static void write(DataOutput out, double[] sums) throws IOException {
    for (double sum : sums) {
      out.writeDouble(sum);
    }
  }

  /** Reads what {@link #write} wrote, of as many losses. */
  static Traffic read(DataInput in, GroupedMeans expected, long seen) throws IOException {
    Traffic traffic = new Traffic(expected, seen);
    traffic.marks.clear();
    int size = Varints.readIndex(in, MAX_MARKS, "marks of traffic");
    for (int i = 0; i < size; i++) {
      long number = Varints.readUnsigned(in);
      traffic.marks.put(number, read(in, new double[traffic.sums.length]));
    }
    read(in, traffic.sums);
    return traffic;
  }

  private static double[] read(DataInput in, double[] sums) throws IOException {
    for (int group = 0; group < sums.length; group++) {
      sums[group] = in.readDouble();
    }
    return sums;
  }
}
