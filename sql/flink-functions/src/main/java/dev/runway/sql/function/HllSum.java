package dev.runway.sql.function;

import org.apache.datasketches.hll.TgtHllType;
import org.apache.datasketches.hll.Union;
import org.jspecify.annotations.Nullable;

/** What a count of different values has seen so far. */
public final class HllSum {

  /** Null until the first row says its lgK. */
  @Nullable Union union;

  Union of(int lgK) {
    Union own = union;
    if (own == null) {
      own = new Union(lgK);
      union = own;
    }
    return own;
  }

  static byte[] image(Union union) {
    return union.getResult(TgtHllType.HLL_8).toUpdatableByteArray();
  }
}
