package dev.runway.sql.function;

import org.jspecify.annotations.Nullable;

/**
 * {@code kll_sketch_agg_double(value [, k])}: the quantile sketch of a column. NaN is passed over,
 * as by DataSketches.
 */
public final class KllSketchAggDouble extends KllAggregate {

  /** With k = 200: ranks are off by 1.3 % at most in 99 % of cases. */
  public void accumulate(KllSum sum, @Nullable Double value) {
    accumulate(sum, value, DEFAULT_K);
  }

  /** With the k of the first row, 8 to 65535. */
  public void accumulate(KllSum sum, @Nullable Double value, @Nullable Integer k) {
    if (value != null) {
      sum.of(Images.k("kll_sketch_agg_double", k == null ? DEFAULT_K : k)).update(value);
    }
  }
}
