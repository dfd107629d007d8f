package dev.runway.drift.performance;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Reference functions on raw scores, written for clarity: every pair, every threshold. */
final class RawScores {

  private final double[] y;
  private final double[] p;

  RawScores(double[] y, double[] p) {
    this.y = y;
    this.p = p;
  }

  /** Share of (positive, negative) pairs in the right order, ties one half; null for one class. */
  Double auc() {
    double[] v10 = placements(1);
    return v10.length == 0 || placements(0).length == 0 ? null : mean(v10);
  }

  /** For each event of a class, the share of the other class it is on the right side of. */
  private double[] placements(int label) {
    return IntStream.range(0, y.length)
        .filter(i -> y[i] == label)
        .mapToDouble(i -> placement(i, label))
        .toArray();
  }

  private double placement(int i, int label) {
    return IntStream.range(0, y.length)
        .filter(j -> y[j] != label)
        .mapToDouble(j -> 0.5 + 0.5 * Math.signum(p[i] - p[j]) * (label == 1 ? 1 : -1))
        .average()
        .orElse(Double.NaN);
  }

  double deLongSe() {
    return Math.sqrt(sampleVarianceOverN(placements(1)) + sampleVarianceOverN(placements(0)));
  }

  private static double sampleVarianceOverN(double[] values) {
    double mean = mean(values);
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return squares / (values.length - 1) / values.length;
  }

  double positives() {
    return Arrays.stream(y).sum();
  }

  double negatives() {
    return y.length - positives();
  }

  double averagePrecision() {
    double positives = Arrays.stream(y).sum();
    double[] thresholds = Arrays.stream(p).distinct().sorted().toArray();
    double sum = 0;
    double before = 0;
    for (int t = thresholds.length - 1; t >= 0; t--) {
      double threshold = thresholds[t];
      double called = Arrays.stream(p).filter(score -> score >= threshold).count();
      double hits =
          IntStream.range(0, y.length).filter(i -> p[i] >= threshold).mapToDouble(i -> y[i]).sum();
      sum += (hits - before) / positives * hits / called;
      before = hits;
    }
    return sum;
  }

  double logLoss(double clip) {
    return IntStream.range(0, y.length)
        .mapToDouble(i -> y[i] == 1 ? p[i] : 1 - p[i])
        .map(likelihood -> -Math.log(Math.min(Math.max(likelihood, clip), 1 - clip)))
        .average()
        .orElseThrow();
  }

  double brier() {
    return IntStream.range(0, y.length)
        .mapToDouble(i -> (p[i] - y[i]) * (p[i] - y[i]))
        .average()
        .orElseThrow();
  }

  double calibrationRatio() {
    return Arrays.stream(p).sum() / Arrays.stream(y).sum();
  }

  double ece(int bins) {
    return IntStream.range(0, bins).mapToDouble(b -> Math.abs(gap(b, bins))).sum() / y.length;
  }

  double mce(int bins) {
    return IntStream.range(0, bins)
        .filter(b -> inBin(b, bins).length > 0)
        .mapToDouble(b -> Math.abs(gap(b, bins)) / inBin(b, bins).length)
        .max()
        .orElseThrow();
  }

  /** Reliability, resolution, uncertainty. */
  double[] murphy(int bins) {
    double base = mean(y);
    double reliability = 0;
    double resolution = 0;
    for (int b = 0; b < bins; b++) {
      int[] members = inBin(b, bins);
      if (members.length > 0) {
        double rate = Arrays.stream(members).mapToDouble(i -> y[i]).average().orElseThrow();
        double score = Arrays.stream(members).mapToDouble(i -> p[i]).average().orElseThrow();
        reliability += members.length * (score - rate) * (score - rate) / y.length;
        resolution += members.length * (rate - base) * (rate - base) / y.length;
      }
    }
    return new double[] {reliability, resolution, base * (1 - base)};
  }

  private double gap(int bin, int bins) {
    return Arrays.stream(inBin(bin, bins)).mapToDouble(i -> p[i] - y[i]).sum();
  }

  private int[] inBin(int bin, int bins) {
    return IntStream.range(0, y.length)
        .filter(i -> Math.min(Math.max((int) Math.ceil(p[i] * bins) - 1, 0), bins - 1) == bin)
        .toArray();
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }

  /** The events in so many bins of ours. */
  CalibrationBins calibration(int size) {
    CalibrationBins bins = new CalibrationBins(size);
    for (int i = 0; i < y.length; i++) {
      bins.add(p[i], y[i] == 1, Weight.ONE);
    }
    return bins;
  }

  /** The events as our counts, decided at 1/2. */
  BinaryCounts counts() {
    BinaryCounts counts = new BinaryCounts();
    for (int i = 0; i < y.length; i++) {
      counts.add(p[i], p[i] >= 0.5, y[i] == 1, Weight.ONE, 1);
    }
    return counts;
  }
}
