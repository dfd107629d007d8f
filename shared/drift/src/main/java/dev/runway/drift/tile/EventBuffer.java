package dev.runway.drift.tile;

import dev.runway.drift.profile.Precision;
import java.util.Arrays;
import org.apache.datasketches.kll.KllFloatsSketch;

/**
 * Events that wait to be counted into a tile, feature by feature: this is the path of every
 * prediction, about 10 ns per feature, and it allocates nothing.
 */
final class EventBuffer {

  /** Events that wait at most. */
  static final int EVENTS = 32;

  private final TileLayout layout;
  private final TileShape shape;
  private final Tile tile;

  /** By event and feature; made with the first event, as many tiles see few. */
  private double[] values = new double[0];

  private int size;
  private final double[] column = new double[EVENTS];
  private final int[] bin = new int[EVENTS];

  EventBuffer(TileLayout layout, Tile tile) {
    this.layout = layout;
    this.tile = tile;
    shape = layout.shape;
  }

  void add(double[] event) {
    int offset = next();
    if (layout.precision == Precision.FLOAT) {
      for (int i = 0; i < event.length; i++) {
        values[offset + i] = (float) event[i];
      }
    } else {
      System.arraycopy(event, 0, values, offset, event.length);
    }
    added();
  }

  void add(float[] event) {
    int offset = next();
    for (int i = 0; i < event.length; i++) {
      values[offset + i] = event[i];
    }
    added();
  }

  private int next() {
    if (values.length == 0) {
      values = new double[EVENTS * shape.size()];
    }
    return size * shape.size();
  }

  private void added() {
    if (++size == EVENTS) {
      count();
    }
  }

  /** Counts what waits. */
  void count() {
    if (size == 0) {
      return;
    }
    for (int feature = 0; feature < shape.size(); feature++) {
      if (shape.numeric(feature)) {
        countNumbers(feature);
      } else {
        countCodes(feature);
      }
    }
    size = 0;
  }

  private void countNumbers(int feature) {
    int finite = 0;
    int stride = shape.size();
    for (int i = 0, at = feature; i < size; i++, at += stride) {
      double value = values[at];
      if (Math.abs(value) <= Double.MAX_VALUE) {
        column[finite++] = value;
      } else if (!Double.isNaN(value)) {
        tile.sums.infinite[feature]++;
        tile.counts[value < 0 ? shape.offset(feature) : shape.offset(feature + 1) - 1]++;
      }
    }
    double[] edges = layout.edges[feature];
    if (finite == 0 || edges == null) {
      return;
    }
    countBins(edges, finite, shape.offset(feature));
    tile.sums.add(feature, column, finite, layout.centre[feature], layout.stepsPerUnit[feature]);
    if (tile.shape().sketches()) {
      sketch(feature, finite);
    }
  }

  /**
   * A binary search of all values at once, a level at a time, without a branch: the sign of edge -
   * value says whether the value lies above, and a difference of two doubles is 0 only of equals.
   */
  private void countBins(double[] edges, int finite, int offset) {
    Arrays.fill(bin, 0, finite, 0);
    for (int half = (edges.length + 1) / 2; half > 0; half /= 2) {
      for (int i = 0; i < finite; i++) {
        int at = bin[i];
        long sign = Double.doubleToRawLongBits(edges[at + half - 1] - column[i]) >> 63;
        bin[i] = at + ((int) sign & half);
      }
    }
    long[] counts = tile.counts;
    for (int i = 0; i < finite; i++) {
      counts[offset + bin[i]]++;
    }
  }

  private void sketch(int feature, int finite) {
    KllFloatsSketch sketch = tile.sketches[feature];
    if (sketch == null) {
      sketch = KllFloatsSketch.newHeapInstance(Tile.SKETCH_K);
      tile.sketches[feature] = sketch;
    }
    for (int i = 0; i < finite; i++) {
      if (Math.abs(column[i]) <= Float.MAX_VALUE) {
        sketch.update((float) column[i]);
      }
    }
  }

  private void countCodes(int feature) {
    int offset = shape.offset(feature);
    int words = shape.bins(feature) - 1;
    int stride = shape.size();
    for (int i = 0, at = feature; i < size; i++, at += stride) {
      double code = values[at];
      if (code >= 0 && code < words) {
        tile.counts[offset + (int) code]++;
      } else if (!Double.isNaN(code)) {
        tile.mistyped[feature]++;
      }
    }
  }

  long bytes() {
    return 8L * values.length;
  }
}
