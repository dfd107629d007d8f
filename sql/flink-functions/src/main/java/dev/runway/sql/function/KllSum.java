package dev.runway.sql.function;

import org.apache.datasketches.kll.KllDoublesSketch;
import org.jspecify.annotations.Nullable;

/** What an aggregate of quantiles has seen so far. */
public final class KllSum {

  /** Null until the first row says its k. */
  @Nullable KllDoublesSketch sketch;

  KllDoublesSketch of(int k) {
    KllDoublesSketch own = sketch;
    if (own == null) {
      own = KllDoublesSketch.newHeapInstance(k);
      sketch = own;
    }
    return own;
  }
}
