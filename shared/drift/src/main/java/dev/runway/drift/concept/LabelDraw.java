package dev.runway.drift.concept;

/**
 * One label of one bin: as long as the bin's scores mean what they meant, those now are a draw from
 * all that the bin has on both sides, without replacement. So what sampling makes of any count can
 * be said exactly, where the usual laws need five of a kind.
 *
 * @param labels of this kind in the bin, then and now
 * @param then labels of all kinds that the bin has in the reference
 * @param now labels of all kinds that it has now
 */
record LabelDraw(long labels, long then, long now) {

  /** Events to be expected of a kind below which chi-square is no law of it. */
  private static final double FEW = 5;

  /** Chances this small beside the largest one add nothing. */
  private static final double NOTHING = 1e-16;

  /** What a function of the counts comes to. */
  @FunctionalInterface
  interface OfCounts {
    /** Takes labels of this kind on either side; not whole ones where there are many. */
    double at(double labelsThen, double labelsNow);
  }

  private double expectedOfTheFewer() {
    return (double) labels * Math.min(then, now) / ((double) then + now);
  }

  /** Whether fewer than five are expected on either side. */
  boolean isOfFew() {
    return expectedOfTheFewer() < FEW;
  }

  /** Mean over all draws: exact where there are few, otherwise from mean and variance. */
  double mean(OfCounts function) {
    return isOfFew() ? exactMean(function) : meanOfMany(function);
  }

  private double exactMean(OfCounts function) {
    long fewer = Math.min(then, now);
    long more = Math.max(then, now);
    double sum = 0;
    double chances = 0;
    double largest = 0;
    double chance = 1;
    // From the fewest that there can be, by the ratio of one hypergeometric chance to the next.
    for (long drawn = Math.max(0, labels - more); drawn <= Math.min(labels, fewer); drawn++) {
      long rest = labels - drawn;
      sum += chance * at(function, (double) drawn, (double) rest);
      chances += chance;
      largest = Math.max(largest, chance);
      if (chance < NOTHING * largest) {
        break;
      }
      chance *= (double) rest * (fewer - drawn) / ((drawn + 1.0) * (more - rest + 1.0));
    }
    return sum / chances;
  }

  /**
   * @param drawn of the side that has fewer labels
   */
  private double at(OfCounts function, double drawn, double rest) {
    return now <= then ? function.at(rest, drawn) : function.at(drawn, rest);
  }

  /** Between two points a standard deviation to either side of what is expected. */
  private double meanOfMany(OfCounts function) {
    double all = (double) then + now;
    double share = labels / all;
    double spread = Math.sqrt(share * (1 - share) * then * now / (all - 1));
    double expected = share * now;
    double low = expected - spread;
    double high = expected + spread;
    return (function.at(labels - low, low) + function.at(labels - high, high)) / 2;
  }
}
