package dev.runway.sql.function;

import org.apache.flink.table.functions.ScalarFunction;
import org.jspecify.annotations.Nullable;

/** {@code kll_sketch_get_n_double(sketch)}: how many values it has seen. */
public final class KllSketchGetNDouble extends ScalarFunction {

  /** BIGINT; 0 of an empty one. */
  public @Nullable Long eval(byte @Nullable [] sketch) {
    return sketch == null ? null : Images.doubles("kll_sketch_get_n_double", sketch).getN();
  }
}
