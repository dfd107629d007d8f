package dev.runway.drift.profile;

import dev.runway.drift.distribution.Edges;
import dev.runway.drift.distribution.Overdispersion;
import dev.runway.drift.statistics.CentralMoments;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.datasketches.kll.KllFloatsSketch;

/**
 * A numeric feature while its profile is built. A word where a number is due is of another type, as
 * it is in a tile.
 */
final class NumericColumn implements Column {

  private final String name;
  private final Precision precision;
  private final ProfileOptions options;

  /**
   * Up to here fourth powers of the distances of 2^40 values have a finite sum. What lies beyond is
   * in the bins and in the range, and in no moment, as in a tile what is too far away.
   */
  static final double MAX_MOMENT = 0x1p240;

  private static final int FIRST_SAMPLE = 1024;

  // A fixed seed: the same rows give the same profile.
  private final SplittableRandom random = new SplittableRandom(20_260_101);
  private final int sampleSize;

  /** Grows as values come: a thousand columns of a few rows would take 80 MB. */
  private double[] sample = new double[0];

  private long seen;
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;

  private boolean counting;
  private Edges edges = Edges.of();
  private Edges fineEdges = Edges.of();
  private long[] counts = new long[0];
  private long rows;
  private long n;
  private long mistyped;
  private long infinite;
  private CentralMoments moments = CentralMoments.EMPTY;
  private final KllFloatsSketch sketch;

  NumericColumn(String name, Precision precision, ProfileOptions options, int sampleSize) {
    this.name = name;
    this.precision = precision;
    this.options = options;
    this.sampleSize = sampleSize;
    sketch = KllFloatsSketch.newHeapInstance(Math.max(8, options.sketchK()));
  }

  @Override
  public void number(double raw) {
    double value = precision.round(raw);
    if (Double.isNaN(value)) {
      return;
    }
    if (counting) {
      count(value);
    } else if (Double.isFinite(value)) {
      sample(value);
    }
  }

  /** Algorithm R: each value is in the sample with the same probability. */
  private void sample(double value) {
    min = Math.min(min, value);
    max = Math.max(max, value);
    if (seen < sampleSize) {
      if (seen == sample.length) {
        int larger = (int) Math.min(sampleSize, Math.max(FIRST_SAMPLE, 2 * seen));
        sample = Arrays.copyOf(sample, larger);
      }
      sample[(int) seen] = value;
    } else {
      long slot = random.nextLong(seen + 1);
      if (slot < sampleSize) {
        sample[(int) slot] = value;
      }
    }
    seen++;
  }

  private void count(double value) {
    n++;
    counts[fineEdges.bin(value)]++;
    if (Double.isInfinite(value)) {
      infinite++;
      return;
    }
    if (Math.abs(value) <= MAX_MOMENT) {
      moments = moments.plus(new CentralMoments(1, value, 0, 0, 0));
    }
    if (options.sketchK() > 0 && Math.abs(value) <= Float.MAX_VALUE) {
      sketch.update((float) value);
    }
  }

  @Override
  public void category(String value) {
    mistyped++;
  }

  @Override
  public void endOfRow() {
    rows++;
  }

  @Override
  public void endOfFirstPass() {
    double[] sorted = Arrays.copyOf(sample, (int) Math.min(seen, sampleSize));
    sample = new double[0];
    Arrays.sort(sorted);
    edges = Edges.forReference(sorted, options.bins());
    fineEdges = FineEdges.of(edges, sorted, options.fineBins(), min, max);
    counts = new long[fineEdges.bins()];
    counting = true;
    mistyped = 0;
    rows = 0;
  }

  @Override
  public FeatureProfile profile() {
    boolean any = seen > 0;
    return new NumericProfile(
        name,
        rows - n - mistyped,
        mistyped,
        infinite,
        edges,
        fineEdges,
        counts,
        any ? min : 0,
        any ? max : 0,
        moments,
        options.sketchK() > 0 && any ? sketch.toByteArray() : new byte[0],
        Overdispersion.UNKNOWN);
  }
}
