package dev.runway.sql.function;

import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.Union;
import org.jspecify.annotations.Nullable;

/** {@code hll_union_agg(sketch [, allowDifferentLgConfigK])}: one sketch of many. */
public final class HllUnionAgg extends HllAggregate {

  private static final String NAME = "hll_union_agg";

  public void accumulate(HllSum sum, byte @Nullable [] sketch) {
    accumulate(sum, sketch, false);
  }

  /** Of sketches of several sizes the union has the accuracy of the smallest. */
  public void accumulate(
      HllSum sum, byte @Nullable [] sketch, @Nullable Boolean allowDifferentLgConfigK) {
    if (sketch == null) {
      return;
    }
    HllSketch more = Images.hll(NAME, sketch);
    Union union = sum.of(more.getLgConfigK());
    requireSame(NAME, union.getLgConfigK(), more.getLgConfigK(), allowDifferentLgConfigK);
    union.update(more);
  }

  static void requireSame(String function, int a, int b, @Nullable Boolean allowDifferent) {
    if (a != b && !Boolean.TRUE.equals(allowDifferent)) {
      throw new IllegalArgumentException(
          "%s: sketches of lgConfigK %d and %d; say TRUE as the last argument if that is meant"
              .formatted(function, a, b));
    }
  }
}
