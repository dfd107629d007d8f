package dev.runway.sql.function;

import java.nio.charset.StandardCharsets;
import org.apache.datasketches.hll.Union;
import org.jspecify.annotations.Nullable;

/**
 * {@code hll_sketch_agg(value [, lgConfigK])}: the sketch that counts the different values of a
 * column of texts, whole numbers or bytes. Empty texts and bytes are passed over, as by
 * DataSketches.
 */
public final class HllSketchAgg extends HllAggregate {

  public void accumulate(HllSum sum, @Nullable String value) {
    accumulate(sum, value, DEFAULT_LG_K);
  }

  /** With the lgConfigK of the first row, 4 to 21. */
  public void accumulate(HllSum sum, @Nullable String value, @Nullable Integer lgConfigK) {
    if (value != null) {
      union(sum, lgConfigK).update(value.getBytes(StandardCharsets.UTF_8));
    }
  }

  public void accumulate(HllSum sum, @Nullable Long value) {
    accumulate(sum, value, DEFAULT_LG_K);
  }

  /** As above. */
  public void accumulate(HllSum sum, @Nullable Long value, @Nullable Integer lgConfigK) {
    if (value != null) {
      union(sum, lgConfigK).update((long) value);
    }
  }

  public void accumulate(HllSum sum, byte @Nullable [] value) {
    accumulate(sum, value, DEFAULT_LG_K);
  }

  /** As above. */
  public void accumulate(HllSum sum, byte @Nullable [] value, @Nullable Integer lgConfigK) {
    if (value != null) {
      union(sum, lgConfigK).update(value);
    }
  }

  private static Union union(HllSum sum, @Nullable Integer lgConfigK) {
    return sum.of(lgK("hll_sketch_agg", lgConfigK == null ? DEFAULT_LG_K : lgConfigK));
  }
}
