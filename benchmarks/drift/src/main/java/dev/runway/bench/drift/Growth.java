package dev.runway.bench.drift;

import dev.runway.bench.harness.Row;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How state grows with what is counted: the slope from the next smaller measurement. */
final class Growth {
  /** Open counts: features of models in minutes with a tile. */
  static final String COUNTS = "open_counts";

  /** Features of models, each with its past. */
  static final String FEATURES = "features_with_history";

  /** All state, each entry once. */
  static final String STATE_BYTES = "state_bytes";

  /** The newest checkpoint, with what RocksDB has not yet compacted away. */
  static final String CHECKPOINT_BYTES = "checkpoint_bytes";

  private Growth() {}

  /**
   * A row with its slopes in bytes per further count, or feature with its past, if one with fewer
   * stands before it.
   */
  static Row withSlopes(Row row, List<Row> before) {
    return withSlopes(withSlopes(row, before, COUNTS, "count"), before, FEATURES, "feature");
  }

  private static Row withSlopes(Row row, List<Row> before, String by, String one) {
    Row smaller = smaller(row, before, by);
    if (smaller == null) {
      return row;
    }
    return row.with("state_slope_bytes_per_" + one, slope(row, smaller, STATE_BYTES, by))
        .with("checkpoint_slope_bytes_per_" + one, slope(row, smaller, CHECKPOINT_BYTES, by));
  }

  private static @Nullable Row smaller(Row row, List<Row> before, String by) {
    double counts = figure(row, by);
    Row smaller = null;
    for (Row each : before) {
      // Rows stand in the order of their sizes; nothing is less than what is not there.
      if (figure(each, by) < counts) {
        smaller = each;
      }
    }
    return smaller;
  }

  private static double slope(Row row, Row smaller, String figure, String by) {
    return (figure(row, figure) - figure(smaller, figure))
        / (figure(row, by) - figure(smaller, by));
  }

  private static double figure(Row row, String figure) {
    return row.more().getOrDefault(figure, Double.NaN);
  }
}
