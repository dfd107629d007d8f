package dev.runway.sql.function;

import org.apache.datasketches.kll.KllFloatsSketch;
import org.apache.flink.table.functions.ScalarFunction;
import org.jspecify.annotations.Nullable;

/** {@code kll_sketch_merge_float(a, b)}: one sketch of two, with the k of the first. */
public final class KllSketchMergeFloat extends ScalarFunction {

  private static final String NAME = "kll_sketch_merge_float";

  /** Its image. */
  public byte @Nullable [] eval(byte @Nullable [] a, byte @Nullable [] b) {
    if (a == null || b == null) {
      return null;
    }
    KllFloatsSketch sum = Images.floats(NAME, a);
    sum.merge(Images.floats(NAME, b));
    return sum.toByteArray();
  }
}
