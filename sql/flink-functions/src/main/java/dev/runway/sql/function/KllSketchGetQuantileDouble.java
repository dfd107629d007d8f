package dev.runway.sql.function;

import org.apache.datasketches.kll.KllDoublesSketch;
import org.apache.flink.table.functions.ScalarFunction;
import org.jspecify.annotations.Nullable;

/**
 * {@code kll_sketch_get_quantile_double(sketch, rank)}: the least value that at least this share of
 * all values does not exceed. Null of an empty sketch.
 */
public final class KllSketchGetQuantileDouble extends ScalarFunction {

  private static final String NAME = "kll_sketch_get_quantile_double";

  /** One quantile; rank from 0 to 1. */
  public @Nullable Double eval(byte @Nullable [] sketch, @Nullable Double rank) {
    if (sketch == null || rank == null) {
      return null;
    }
    KllDoublesSketch read = Images.doubles(NAME, sketch);
    double checked = Images.rank(NAME, rank);
    return read.isEmpty() ? null : (Double) read.getQuantile(checked);
  }

  /** Several at once. */
  public @Nullable Double @Nullable [] eval(
      byte @Nullable [] sketch, @Nullable Double @Nullable [] ranks) {
    if (sketch == null || ranks == null) {
      return null;
    }
    KllDoublesSketch read = Images.doubles(NAME, sketch);
    @Nullable Double[] quantiles = new Double[ranks.length];
    for (int i = 0; i < ranks.length; i++) {
      Double rank = ranks[i];
      if (rank != null && !read.isEmpty()) {
        quantiles[i] = read.getQuantile(Images.rank(NAME, rank));
      }
    }
    return quantiles;
  }
}
