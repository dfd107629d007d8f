package dev.runway.sql.function;

import org.apache.flink.table.functions.ScalarFunction;
import org.jspecify.annotations.Nullable;

/** {@code hll_sketch_estimate(sketch)}: how many different values it has seen, about. */
public final class HllSketchEstimate extends ScalarFunction {

  /** BIGINT, rounded. */
  public @Nullable Long eval(byte @Nullable [] sketch) {
    return sketch == null
        ? null
        : (Long) Math.round(Images.hll("hll_sketch_estimate", sketch).getEstimate());
  }
}
