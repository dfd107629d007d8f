package dev.runway.sql.function;

import dev.runway.drift.distribution.BinnedShares;
import dev.runway.drift.distribution.Edges;
import dev.runway.drift.distribution.Smoothing;
import dev.runway.drift.distribution.WeightedSample;
import dev.runway.drift.reading.DriftReading;
import dev.runway.drift.reading.DriftScorer;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import dev.runway.drift.tile.WideCounts;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.datasketches.kll.KllDoublesSketch;
import org.apache.datasketches.quantilescommon.DoublesSortedView;
import org.apache.flink.table.functions.ScalarFunction;
import org.jspecify.annotations.Nullable;

/**
 * How far apart two distributions are, in nats or as a share. Four ways to ask:
 *
 * <ul>
 *   <li>{@code f(profile, tile, feature)}: a window against its baseline. The same number as the
 *       monitor's reading, counted in the same bins; null where either side has fewer than two
 *       values.
 *   <li>{@code f(profile, tile, feature, reference_tile)}: a window against another one, in the
 *       bins of their profile, as the monitor compares with the last window or that of a week
 *       before.
 *   <li>{@code f(reference, current)}: two sketches of doubles, over ten bins at the quantiles of
 *       the reference; null where one is empty.
 *   <li>{@code f(reference, current, bins)}: the same with 2 to 100 bins.
 * </ul>
 *
 * <p>A feature that the profile does not have, or a tile of another profile, ends the query.
 */
public abstract class Distance extends ScalarFunction {

  private static final int BINS = 10;

  /** Quantiles that stand for the sample when bins are looked for. */
  private static final int POINTS = 1000;

  /** Two values a side: who asks in SQL sees the number of samples beside. */
  private static final DriftScorer SCORER = new DriftScorer(TileReadings.policy(2));

  private final String name;
  private final String metric;
  private transient @Nullable Profiles profiles;

  /**
   * A distance.
   *
   * @param name of the function
   * @param metric the monitor's reading
   */
  Distance(String name, String metric) {
    this.name = name;
    this.metric = metric;
  }

  private Profiles profiles() {
    Profiles own = profiles;
    if (own == null) {
      own = new Profiles(name);
      profiles = own;
    }
    return own;
  }

  /** The monitor's reading as this function's number. */
  double ofReading(double reading) {
    return reading;
  }

  /** Of two windows; null where it has no meaning, or a side no values. */
  @Nullable Double ofTiles(TileLayout layout, int feature, Tile tile, Tile reference) {
    if (tile.n(feature) == 0 || reference.n(feature) == 0) {
      return null;
    }
    BinnedShares shares =
        SCORER
            .shares(
                layout.profile(), WideCounts.of(layout, tile), WideCounts.of(layout, reference), 1)[
            feature];
    return shares == null ? null : (Double) ofShares(shares);
  }

  /** Of the shares over the bins that decide, for those that rest on them. */
  abstract double ofShares(BinnedShares shares);

  /** Of two sketches that are not empty. */
  double ofSketches(WeightedSample reference, WeightedSample current, int bins) {
    double[] points =
        IntStream.rangeClosed(1, POINTS)
            .mapToDouble(i -> reference.quantile((double) i / POINTS))
            .filter(Double::isFinite)
            .toArray();
    Edges edges = Edges.forReference(points, bins);
    return ofShares(
        BinnedShares.of(reference.count(edges), current.count(edges), Smoothing.JEFFREYS));
  }

  public @Nullable Double eval(
      @Nullable String profile, byte @Nullable [] tile, @Nullable String feature) {
    if (profile == null || tile == null || feature == null) {
      return null;
    }
    Profiles opened = profiles();
    TileLayout layout = opened.layout(profile);
    opened.position(layout, feature);
    return SCORER
        .score(layout, opened.tile(layout, tile), feature)
        .flatMap(drift -> drift.reading(metric))
        .map(DriftReading::value)
        .map(this::ofReading)
        .orElse(null);
  }

  public @Nullable Double eval(
      @Nullable String profile,
      byte @Nullable [] tile,
      @Nullable String feature,
      byte @Nullable [] referenceTile) {
    if (profile == null || tile == null || feature == null || referenceTile == null) {
      return null;
    }
    Profiles opened = profiles();
    TileLayout layout = opened.layout(profile);
    int position = opened.position(layout, feature);
    return ofTiles(layout, position, opened.tile(layout, tile), opened.tile(layout, referenceTile));
  }

  public @Nullable Double eval(byte @Nullable [] reference, byte @Nullable [] current) {
    return eval(reference, current, BINS);
  }

  public @Nullable Double eval(
      byte @Nullable [] reference, byte @Nullable [] current, @Nullable Integer bins) {
    if (reference == null || current == null || bins == null) {
      return null;
    }
    if (bins < 2 || bins > 100) {
      throw new IllegalArgumentException("%s: %d bins, must be 2 to 100".formatted(name, bins));
    }
    KllDoublesSketch before = Images.doubles(name, reference);
    KllDoublesSketch now = Images.doubles(name, current);
    return before.isEmpty() || now.isEmpty()
        ? null
        : (Double) ofSketches(sample(before), sample(now), bins);
  }

  private static WeightedSample sample(KllDoublesSketch sketch) {
    DoublesSortedView view = sketch.getSortedView();
    return WeightedSample.sorted(
        view.getQuantiles(), Arrays.stream(view.getCumulativeWeights()).asDoubleStream().toArray());
  }
}
