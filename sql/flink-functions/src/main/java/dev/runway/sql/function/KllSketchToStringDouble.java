package dev.runway.sql.function;

import org.apache.flink.table.functions.ScalarFunction;
import org.jspecify.annotations.Nullable;

/** {@code kll_sketch_to_string_double(sketch)}: DataSketches' own words about it, for people. */
public final class KllSketchToStringDouble extends ScalarFunction {

  /** Some twenty lines. */
  public @Nullable String eval(byte @Nullable [] sketch) {
    return sketch == null ? null : Images.doubles("kll_sketch_to_string_double", sketch).toString();
  }
}
