package dev.runway.sql.function;

import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.Union;
import org.apache.flink.table.functions.ScalarFunction;
import org.jspecify.annotations.Nullable;

/** {@code hll_union(a, b [, allowDifferentLgConfigK])}: one sketch of two. */
public final class HllUnion extends ScalarFunction {

  private static final String NAME = "hll_union";

  public byte @Nullable [] eval(byte @Nullable [] a, byte @Nullable [] b) {
    return eval(a, b, false);
  }

  /** Of two sizes the union has the accuracy of the smaller. */
  public byte @Nullable [] eval(
      byte @Nullable [] a, byte @Nullable [] b, @Nullable Boolean allowDifferentLgConfigK) {
    if (a == null || b == null) {
      return null;
    }
    HllSketch first = Images.hll(NAME, a);
    HllSketch second = Images.hll(NAME, b);
    HllUnionAgg.requireSame(
        NAME, first.getLgConfigK(), second.getLgConfigK(), allowDifferentLgConfigK);
    Union union = new Union(Math.min(first.getLgConfigK(), second.getLgConfigK()));
    union.update(first);
    union.update(second);
    return HllSum.image(union);
  }
}
