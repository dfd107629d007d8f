package dev.runway.drift.distribution;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Merges rare categories. */
final class Collapse {

  private Collapse() {}

  static long[][] rare(long[] reference, long[] current, double leastExpected) {
    double n = Arrays.stream(reference).sum();
    double m = Arrays.stream(current).sum();
    double smallerSide = Math.min(n, m) / (n + m);
    int[] byCount =
        IntStream.range(0, reference.length)
            .boxed()
            .sorted(Comparator.comparingLong((Integer i) -> reference[i] + current[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    boolean[] merged = new boolean[reference.length];
    long mergedReference = 0;
    long mergedCurrent = 0;
    for (int i : byCount) {
      double expected = (reference[i] + current[i]) * smallerSide;
      double expectedMerged = (mergedReference + mergedCurrent) * smallerSide;
      boolean any = mergedReference + mergedCurrent > 0;
      if (expected < leastExpected || (any && expectedMerged < leastExpected)) {
        merged[i] = true;
        mergedReference += reference[i];
        mergedCurrent += current[i];
      }
    }
    int kept = (int) IntStream.range(0, merged.length).filter(i -> !merged[i]).count();
    int size = kept + (mergedReference + mergedCurrent > 0 ? 1 : 0);
    long[][] result = new long[2][size];
    int next = 0;
    for (int i = 0; i < merged.length; i++) {
      if (!merged[i]) {
        result[0][next] = reference[i];
        result[1][next++] = current[i];
      }
    }
    if (size > kept) {
      result[0][kept] = mergedReference;
      result[1][kept] = mergedCurrent;
    }
    return result;
  }
}
