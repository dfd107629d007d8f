package dev.runway.drift.performance;

/**
 * Weight, positives and sum of scores in right-closed bins of equal width: how far scores are
 * probabilities. Means over bins, so what varies inside one is not seen.
 */
final class CalibrationBins {

  final BinCounts weight;
  final BinCounts positive;
  final BinSums score;
  private final int size;

  CalibrationBins(int size) {
    this.size = size;
    weight = new BinCounts(size);
    positive = new BinCounts(size);
    score = new BinSums(size);
  }

  void add(double probability, boolean outcome, long signedUnits) {
    int bin = bin(probability, size);
    weight.add(bin, signedUnits);
    score.add(bin, probability, signedUnits);
    if (outcome) {
      positive.add(bin, signedUnits);
    }
  }

  /** Right-closed equal-width bin of a score in [0, 1]. */
  static int bin(double score, int bins) {
    return Math.min(Math.max((int) Math.ceil(score * bins) - 1, 0), bins - 1);
  }

  boolean isReadable() {
    return !weight.anyNegative() && !positive.anyNegative();
  }

  private double weight(int bin) {
    return Weight.toDouble(weight.get(bin));
  }

  private double total() {
    double total = 0;
    for (int bin = 0; bin < size; bin++) {
      total += weight(bin);
    }
    return total;
  }

  private double meanScore(int bin) {
    return score.get(bin) / weight(bin);
  }

  private double rate(int bin) {
    return Weight.toDouble(positive.get(bin)) / weight(bin);
  }

  /** Weighted sum of (score - outcome) in a bin. */
  private double gap(int bin) {
    return score.get(bin) - Weight.toDouble(positive.get(bin));
  }

  /** Expected calibration error (Guo et al. 2017): sum over bins of share x |mean score - rate|. */
  double expectedError() {
    double gaps = 0;
    for (int bin = 0; bin < size; bin++) {
      gaps += Math.abs(gap(bin));
    }
    return gaps / total();
  }

  /**
   * What the expected error is expected to be if the scores are calibrated, because it is biased
   * upwards: sum of n_b/n sqrt(2/pi c_b (1 - c_b) / n_b), c_b the mean score of bin b.
   *
   * @param n effective number of events
   */
  double expectedErrorIfCalibrated(double n) {
    double total = total();
    double sum = 0;
    for (int bin = 0; bin < size; bin++) {
      double share = weight(bin) / total;
      if (share > 0) {
        double mean = meanScore(bin);
        sum += share * Math.sqrt(2 / Math.PI * Math.max(0, mean * (1 - mean)) / (share * n));
      }
    }
    return sum;
  }

  /** Largest |mean score - rate| of a bin. */
  double maximumError() {
    double largest = 0;
    for (int bin = 0; bin < size; bin++) {
      if (weight(bin) > 0) {
        largest = Math.max(largest, Math.abs(gap(bin)) / weight(bin));
      }
    }
    return largest;
  }

  /** Murphy's reliability: sum over bins of share x (mean score - rate)^2. */
  double reliability() {
    double sum = 0;
    for (int bin = 0; bin < size; bin++) {
      if (weight(bin) > 0) {
        double miss = meanScore(bin) - rate(bin);
        sum += weight(bin) * miss * miss;
      }
    }
    return sum / total();
  }

  /** Murphy's resolution: sum over bins of share x (rate - base rate)^2. */
  double resolution() {
    double base = baseRate();
    double sum = 0;
    for (int bin = 0; bin < size; bin++) {
      if (weight(bin) > 0) {
        double distance = rate(bin) - base;
        sum += weight(bin) * distance * distance;
      }
    }
    return sum / total();
  }

  /** Murphy's uncertainty: the Brier score of the base rate. */
  double uncertainty() {
    double base = baseRate();
    return base * (1 - base);
  }

  private double baseRate() {
    double positives = 0;
    for (int bin = 0; bin < size; bin++) {
      positives += Weight.toDouble(positive.get(bin));
    }
    return positives / total();
  }
}
