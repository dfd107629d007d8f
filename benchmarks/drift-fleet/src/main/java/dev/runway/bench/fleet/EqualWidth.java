package dev.runway.bench.fleet;

import dev.runway.drift.profile.FeatureProfile;
import dev.runway.drift.profile.NumericProfile;
import dev.runway.drift.tile.TileLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Counts in ten bins of equal width between the least and the largest value of the reference. */
final class EqualWidth {

  static final int BINS = 10;

  private final double[] low;
  private final double[] perUnit;

  /** Of a window, by feature and bin. */
  record Counts(long[][] bins) {}

  EqualWidth(TileLayout layout) {
    List<FeatureProfile> features = layout.profile().features();
    low = new double[features.size()];
    perUnit = new double[features.size()];
    for (int i = 0; i < low.length; i++) {
      if (features.get(i) instanceof NumericProfile numeric && numeric.max() > numeric.min()) {
        low[i] = numeric.min();
        perUnit[i] = BINS / (numeric.max() - numeric.min());
      }
    }
  }

  Counts newCounts() {
    return new Counts(new long[low.length][BINS]);
  }

  void count(Counts counts, double[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!Double.isNaN(values[i])) {
        int bin = (int) ((values[i] - low[i]) * perUnit[i]);
        counts.bins[i][Math.max(0, Math.min(BINS - 1, bin))]++;
      }
    }
  }

  static Counts sum(@Nullable Counts a, Counts b) {
    if (a == null) {
      return b;
    }
    long[][] sum = new long[b.bins.length][BINS];
    for (int i = 0; i < sum.length; i++) {
      for (int bin = 0; bin < BINS; bin++) {
        sum[i][bin] = a.bins[i][bin] + b.bins[i][bin];
      }
    }
    return new Counts(sum);
  }
}
