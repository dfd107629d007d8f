package dev.runway.drift.performance;

/**
 * The 304 right-closed bins of scores in [0, 1] behind the AUC.
 *
 * <p>Interior edges are i/256, and towards both ends the powers 2^-9 .. 2^-32 and their mirror
 * images, because the scores of rare-event models crowd there. All edges are exact doubles and the
 * bin comes from the exponent of the score: no search, no table, no allocation.
 */
public final class ScoreBins {

  /** Number of bins. */
  public static final int SIZE = 304;

  private static final int TAIL = 24;
  private static final int LAST_LINEAR = TAIL + 254;

  private ScoreBins() {}

  /**
   * The bin b with lowerEdge(b) &lt; score &lt;= upperEdge(b); a score of 0 is in bin 0.
   *
   * @param score in [0, 1], checked by the caller
   */
  public static int index(double score) {
    if (score <= 1.0 / 256) {
      return Math.max(0, ceilLog2(score) + 8 + TAIL);
    }
    if (score <= 255.0 / 256) {
      return TAIL - 1 + (int) Math.ceil(score * 256);
    }
    // Exact: above one half the distance to 1 is a double.
    int power = -Math.getExponent(1 - score) - 8;
    return LAST_LINEAR + Math.min(power, TAIL + 1);
  }

  private static int ceilLog2(double score) {
    int floor = Math.getExponent(score);
    boolean power = (Double.doubleToRawLongBits(score) & 0xf_ffff_ffff_ffffL) == 0;
    return power ? floor : floor + 1;
  }

  /** The included upper end of a bin. */
  public static double upperEdge(int bin) {
    if (bin < TAIL) {
      return Math.scalb(1.0, bin - TAIL - 8);
    }
    if (bin <= LAST_LINEAR) {
      return (bin - TAIL + 1) / 256.0;
    }
    return bin == SIZE - 1 ? 1 : 1 - Math.scalb(1.0, LAST_LINEAR - bin - 8);
  }

  /** The excluded lower end of a bin; 0, which is included, for bin 0. */
  public static double lowerEdge(int bin) {
    return bin == 0 ? 0 : upperEdge(bin - 1);
  }
}
