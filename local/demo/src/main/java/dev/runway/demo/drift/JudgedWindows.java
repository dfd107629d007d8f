package dev.runway.demo.drift;

import java.util.ArrayList;
import java.util.List;

/**
 * The windows of a training set as drift-monitor would have judged them: a window with too few rows
 * together with up to five before it. How much these scatter around their own sum is what live
 * windows scatter without any drift: from weekday to weekday, from season to season.
 *
 * <p>Windows begin every half length, as a month of rows has too few of them otherwise.
 */
final class JudgedWindows {
  private JudgedWindows() {}

  /**
   * Cuts rows into windows.
   *
   * @param rows at least one, in order of time
   */
  static List<List<TrainingRow>> of(List<TrainingRow> rows, long windowMillis, int minSamples) {
    List<List<TrainingRow>> windows = new ArrayList<>();
    long first = Math.floorDiv(rows.get(0).atMillis(), windowMillis) * windowMillis;
    long last = rows.get(rows.size() - 1).atMillis();
    for (long start = first; start <= last; start += windowMillis / 2) {
      int to = firstFrom(rows, start + windowMillis);
      int from = firstFrom(rows, start);
      boolean traffic = from < to;
      for (int more = 1; more < DriftWatch.MAX_WINDOWS && to - from < minSamples; more++) {
        from = firstFrom(rows, start - more * windowMillis);
      }
      if (traffic && to - from >= minSamples) {
        windows.add(rows.subList(from, to));
      }
    }
    return windows;
  }

  /** Place of the first row at or after a time. */
  private static int firstFrom(List<TrainingRow> rows, long millis) {
    int low = 0;
    int high = rows.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (rows.get(middle).atMillis() < millis) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
