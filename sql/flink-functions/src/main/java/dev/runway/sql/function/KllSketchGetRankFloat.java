package dev.runway.sql.function;

import org.apache.datasketches.kll.KllFloatsSketch;
import org.apache.flink.table.functions.ScalarFunction;
import org.jspecify.annotations.Nullable;

/**
 * {@code kll_sketch_get_rank_float(sketch, value)}: the share of values at or below one. Null of an
 * empty sketch.
 */
public final class KllSketchGetRankFloat extends ScalarFunction {

  /** From 0 to 1. */
  public @Nullable Double eval(byte @Nullable [] sketch, @Nullable Float value) {
    if (sketch == null || value == null) {
      return null;
    }
    KllFloatsSketch read = Images.floats("kll_sketch_get_rank_float", sketch);
    return read.isEmpty() ? null : (Double) read.getRank(value);
  }
}
