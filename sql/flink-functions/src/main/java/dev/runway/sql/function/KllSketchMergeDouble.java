package dev.runway.sql.function;

import org.apache.datasketches.kll.KllDoublesSketch;
import org.apache.flink.table.functions.ScalarFunction;
import org.jspecify.annotations.Nullable;

/** {@code kll_sketch_merge_double(a, b)}: one sketch of two, with the k of the first. */
public final class KllSketchMergeDouble extends ScalarFunction {

  private static final String NAME = "kll_sketch_merge_double";

  /** Its image. */
  public byte @Nullable [] eval(byte @Nullable [] a, byte @Nullable [] b) {
    if (a == null || b == null) {
      return null;
    }
    KllDoublesSketch sum = Images.doubles(NAME, a);
    sum.merge(Images.doubles(NAME, b));
    return sum.toByteArray();
  }
}
