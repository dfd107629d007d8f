package dev.runway.sql.function;

import org.apache.datasketches.kll.KllFloatsSketch;
import org.apache.flink.table.functions.ScalarFunction;
import org.jspecify.annotations.Nullable;

/**
 * {@code kll_sketch_get_quantile_float(sketch, rank)}: the least value that at least this share of
 * all values does not exceed. Null of an empty sketch.
 */
public final class KllSketchGetQuantileFloat extends ScalarFunction {

  private static final String NAME = "kll_sketch_get_quantile_float";

  /** One quantile; rank from 0 to 1. */
  public @Nullable Float eval(byte @Nullable [] sketch, @Nullable Double rank) {
    if (sketch == null || rank == null) {
      return null;
    }
    KllFloatsSketch read = Images.floats(NAME, sketch);
    double checked = Images.rank(NAME, rank);
    return read.isEmpty() ? null : (Float) read.getQuantile(checked);
  }

  /** Several at once. */
  public @Nullable Float @Nullable [] eval(
      byte @Nullable [] sketch, @Nullable Double @Nullable [] ranks) {
    if (sketch == null || ranks == null) {
      return null;
    }
    KllFloatsSketch read = Images.floats(NAME, sketch);
    @Nullable Float[] quantiles = new Float[ranks.length];
    for (int i = 0; i < ranks.length; i++) {
      Double rank = ranks[i];
      if (rank != null && !read.isEmpty()) {
        quantiles[i] = read.getQuantile(Images.rank(NAME, rank));
      }
    }
    return quantiles;
  }
}
