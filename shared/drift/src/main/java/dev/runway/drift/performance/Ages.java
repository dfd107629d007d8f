package dev.runway.drift.performance;

/**
 * Ages of predictions that were made evenly over a stretch of time, in slices. Slices are narrow
 * among the young, where label delays decide, and widen with the square of their number.
 */
public final class Ages {

  static final int SLICES = 24;

  private final int[] bins = new int[SLICES];
  private final int horizonBin;

  private Ages(long youngestMillis, long oldestMillis, long horizonMillis) {
    for (int slice = 0; slice < SLICES; slice++) {
      double middle = (edge(slice) + edge(slice + 1)) / 2;
      long age = youngestMillis + Math.round((oldestMillis - youngestMillis) * middle);
      bins[slice] = DelayBins.index(Math.min(age, horizonMillis));
    }
    horizonBin = DelayBins.index(horizonMillis);
  }

  /**
   * Ages of what was predicted in a window.
   *
   * @param nowMillis time that has been reached; what lies ahead of it has an age of 0
   * @param horizonMillis when a prediction is done with; none counts as older
   */
  public static Ages of(long startMillis, long endMillis, long nowMillis, long horizonMillis) {
    long now = Math.max(nowMillis, startMillis);
    return new Ages(now - Math.min(now, endMillis), now - startMillis, horizonMillis);
  }

  /** Upper end of the slices before this one, as a share of the whole. */
  private static double edge(int slice) {
    return (double) slice * slice / (SLICES * SLICES);
  }

  /** Share of the predictions in a slice. */
  double share(int slice) {
    return edge(slice + 1) - edge(slice);
  }

  /** Delay bin of the age in the middle of a slice. */
  int bin(int slice) {
    return bins[slice];
  }

  int horizonBin() {
    return horizonBin;
  }
}
