package dev.runway.drift.profile;

import org.apache.datasketches.kll.KllFloatsSketch;
import org.apache.datasketches.memory.Memory;

/** Images of KLL sketches, read with care: they come from outside. */
public final class SketchImages {

  /** A sketch of k = 512 has below 8 KB. */
  public static final int MAX_BYTES = 16 * 1024;

  private static final int K_AT = 4;

  private SketchImages() {}

  /**
   * Reads the image of a float sketch.
   *
   * @throws IllegalArgumentException with the reason if it is not the image of one
   */
  public static KllFloatsSketch read(byte[] image) {
    if (image.length < 8 || image.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "sketch of " + image.length + " bytes, must be 8 to " + MAX_BYTES);
    }
    // Memory is allocated by k before anything else is looked at.
    int k = (image[K_AT] & 0xff) | ((image[K_AT + 1] & 0xff) << 8);
    if (k < 8 || k > 1024) {
      throw new IllegalArgumentException("sketch with k = " + k);
    }
    try {
      KllFloatsSketch sketch = KllFloatsSketch.heapify(Memory.wrap(image));
      if (!sketch.isEmpty() && !(sketch.getMinItem() <= sketch.getMaxItem())) {
        throw new IllegalArgumentException("sketch whose minimum is above its maximum");
      }
      return sketch;
    } catch (IllegalArgumentException e) {
      throw e;
    } catch (RuntimeException | AssertionError e) {
      throw new IllegalArgumentException("not a KLL sketch: " + e.getMessage(), e);
    }
  }
}
