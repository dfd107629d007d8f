package dev.runway.sql.function;

import org.apache.datasketches.kll.KllDoublesSketch;
import org.jspecify.annotations.Nullable;

/** {@code kll_merge_agg_double(sketch [, k])}: one sketch of many. */
public final class KllMergeAggDouble extends KllAggregate {

  private static final String NAME = "kll_merge_agg_double";

  /** With the k of the first sketch. */
  public void accumulate(KllSum sum, byte @Nullable [] sketch) {
    accumulate(sum, sketch, null);
  }

  /** With a k of its own. */
  public void accumulate(KllSum sum, byte @Nullable [] sketch, @Nullable Integer k) {
    if (sketch != null) {
      KllDoublesSketch more = Images.doubles(NAME, sketch);
      sum.of(Images.k(NAME, k == null ? more.getK() : k)).merge(more);
    }
  }
}
