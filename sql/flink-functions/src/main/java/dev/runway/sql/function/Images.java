package dev.runway.sql.function;

import dev.runway.drift.profile.SketchImages;
import dev.runway.drift.tile.Tile;
import java.io.IOException;
import java.util.function.Supplier;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.kll.KllDoublesSketch;
import org.apache.datasketches.kll.KllFloatsSketch;
import org.apache.datasketches.memory.Memory;

/**
 * Reads stored bytes for a function, which is named in what is thrown.
 *
 * <p>That has no cause: of a chain of causes the SQL client shows the last one alone.
 */
final class Images {

  private static final int LEAST_K = 8;
  private static final int MOST_K = 65535;

  private Images() {}

  static Tile tile(String function, byte[] bytes) {
    try {
      return Tile.fromBytes(bytes);
    } catch (IOException e) {
      throw new IllegalArgumentException(function + ": not a tile: " + e.getMessage());
    }
  }

  static KllDoublesSketch doubles(String function, byte[] image) {
    return read(
        function,
        "KLL sketch of doubles",
        () -> {
          KllDoublesSketch sketch = KllDoublesSketch.heapify(Memory.wrap(image));
          // One of floats has no mark of its own: its values are read as nonsense.
          if (!sketch.isEmpty() && !(sketch.getMinItem() <= sketch.getMaxItem())) {
            throw new IllegalArgumentException("its minimum is above its maximum");
          }
          return sketch;
        });
  }

  static KllFloatsSketch floats(String function, byte[] image) {
    return read(function, "KLL sketch of floats", () -> SketchImages.read(image));
  }

  static HllSketch hll(String function, byte[] image) {
    return read(function, "HLL sketch", () -> HllSketch.heapify(Memory.wrap(image)));
  }

  /** The library checks some of its images by assertions. */
  private static <T> T read(String function, String what, Supplier<T> reader) {
    try {
      return reader.get();
    } catch (RuntimeException | AssertionError e) {
      throw new IllegalArgumentException(
          "%s: not a %s: %s".formatted(function, what, e.getMessage()));
    }
  }

  static int k(String function, int k) {
    if (k < LEAST_K || k > MOST_K) {
      throw new IllegalArgumentException(
          "%s: k is %d, must be %d to %d".formatted(function, k, LEAST_K, MOST_K));
    }
    return k;
  }

  static double rank(String function, double rank) {
    if (!(rank >= 0 && rank <= 1)) {
      throw new IllegalArgumentException(
          "%s: rank is %s, must be 0 to 1".formatted(function, rank));
    }
    return rank;
  }
}
