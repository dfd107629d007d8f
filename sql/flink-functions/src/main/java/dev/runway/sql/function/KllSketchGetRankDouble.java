package dev.runway.sql.function;

import org.apache.datasketches.kll.KllDoublesSketch;
import org.apache.flink.table.functions.ScalarFunction;
import org.jspecify.annotations.Nullable;

/**
 * {@code kll_sketch_get_rank_double(sketch, value)}: the share of values at or below one. Null of
 * an empty sketch.
 */
public final class KllSketchGetRankDouble extends ScalarFunction {

  /** From 0 to 1. */
  public @Nullable Double eval(byte @Nullable [] sketch, @Nullable Double value) {
    if (sketch == null || value == null) {
      return null;
    }
    KllDoublesSketch read = Images.doubles("kll_sketch_get_rank_double", sketch);
    return read.isEmpty() ? null : (Double) read.getRank(value);
  }
}
