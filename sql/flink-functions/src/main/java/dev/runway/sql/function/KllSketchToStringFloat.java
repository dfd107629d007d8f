package dev.runway.sql.function;

import org.apache.flink.table.functions.ScalarFunction;
import org.jspecify.annotations.Nullable;

/** {@code kll_sketch_to_string_float(sketch)}: DataSketches' own words about it, for people. */
public final class KllSketchToStringFloat extends ScalarFunction {

  /** Some twenty lines. */
  public @Nullable String eval(byte @Nullable [] sketch) {
    return sketch == null ? null : Images.floats("kll_sketch_to_string_float", sketch).toString();
  }
}
