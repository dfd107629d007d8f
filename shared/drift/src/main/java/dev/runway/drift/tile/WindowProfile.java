package dev.runway.drift.tile;

import dev.runway.drift.distribution.Edges;
import dev.runway.drift.distribution.Overdispersion;
import dev.runway.drift.distribution.WeightedSample;
import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.CategoricalProfile;
import dev.runway.drift.profile.FeatureKind;
import dev.runway.drift.profile.FeatureProfile;
import dev.runway.drift.profile.FineEdges;
import dev.runway.drift.profile.NumericProfile;
import dev.runway.drift.profile.ProfileOptions;
import dev.runway.drift.statistics.CentralMoments;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.datasketches.kll.KllFloatsSketch;

/**
 * Baselines out of live traffic: provisional ones for a version that has none, and a window as the
 * reference for another one, such as the previous window or the same hour of last week.
 */
public final class WindowProfile {

  /** Quantiles of a sketch that stand for the sample when bins are looked for. */
  private static final int POINTS = 1000;

  private WindowProfile() {}

  /**
   * A profile with bins of its own. Edges and counts come from the same sketches, so each share is
   * off by their error, and a later PSI has a floor of about (0.53 B / k)^2: 0.0007 for ten bins
   * and k = 200.
   *
   * @param by the layout the tile was counted with
   * @param tile one with sketches
   */
  public static BaselineProfile provisional(
      BaselineProfile.Identity identity, TileLayout by, Tile tile, ProfileOptions options) {
    if (!by.counted(tile) || !tile.shape().sketches()) {
      throw new IllegalArgumentException("needs a tile of this layout with sketches");
    }
    List<FeatureProfile> features = new ArrayList<>();
    for (int i = 0; i < tile.size(); i++) {
      FeatureProfile old = by.profile().features().get(i);
      features.add(
          old instanceof CategoricalProfile words
              ? categorical(words, tile, i, options)
              : numeric(old.name(), tile, i, options));
    }
    return BaselineProfile.of(identity, by.precision, features);
  }

  /**
   * A profile with the bins of the layout and the counts of the tile, all exact. Unseen words are
   * its OTHER.
   *
   * @param by the layout the tile was counted with
   */
  public static BaselineProfile sameBins(
      BaselineProfile.Identity identity, TileLayout by, Tile tile) {
    if (!by.counted(tile)) {
      throw new IllegalArgumentException("needs a tile of this layout");
    }
    List<FeatureProfile> features = new ArrayList<>();
    for (int i = 0; i < tile.size(); i++) {
      FeatureProfile old = by.profile().features().get(i);
      if (old instanceof NumericProfile numeric) {
        features.add(counted(numeric, by, tile, i));
      } else if (old instanceof CategoricalProfile words) {
        features.add(counted(words, tile, i));
      }
    }
    return BaselineProfile.of(identity, by.precision, features);
  }

  private static NumericProfile counted(
      NumericProfile bins, TileLayout by, Tile tile, int feature) {
    KllFloatsSketch sketch = tile.sketch(feature);
    boolean any = tile.min(feature) <= tile.max(feature);
    return new NumericProfile(
        bins.name(),
        tile.missing(feature),
        tile.mistyped(feature),
        tile.infinite(feature),
        bins.edges(),
        bins.fineEdges(),
        tile.counts(feature),
        any ? tile.min(feature) : 0,
        any ? tile.max(feature) : 0,
        tile.moments(feature, by),
        sketch == null || sketch.isEmpty() ? new byte[0] : sketch.toByteArray(),
        bins.dispersion());
  }

  private static CategoricalProfile counted(CategoricalProfile words, Tile tile, int feature) {
    long[] counts = tile.counts(feature);
    long other = counts[counts.length - 1];
    return new CategoricalProfile(
        words.name(),
        words.kind(),
        tile.missing(feature),
        tile.mistyped(feature),
        words.words(),
        Arrays.copyOf(counts, counts.length - 1),
        other,
        words.open() || other > 0,
        0,
        words.dispersion());
  }

  private static NumericProfile numeric(
      String name, Tile tile, int feature, ProfileOptions options) {
    KllFloatsSketch sketch = tile.sketch(feature);
    if (sketch == null || sketch.isEmpty()) {
      return new NumericProfile(
          name,
          tile.missing(feature),
          tile.mistyped(feature),
          0,
          Edges.of(),
          Edges.of(),
          new long[1],
          0,
          0,
          CentralMoments.EMPTY,
          new byte[0],
          Overdispersion.UNKNOWN);
    }
    WeightedSample sample = WeightedSample.of(sketch);
    double[] points =
        IntStream.rangeClosed(1, POINTS)
            .mapToDouble(i -> sample.quantile((double) i / POINTS))
            .toArray();
    Edges edges = Edges.forReference(points, options.bins());
    double min = sketch.getMinItem();
    double max = sketch.getMaxItem();
    Edges fineEdges = FineEdges.of(edges, points, options.fineBins(), min, max);
    return new NumericProfile(
        name,
        tile.missing(feature),
        tile.mistyped(feature),
        // A sketch holds none, so neither do the counts.
        0,
        edges,
        fineEdges,
        sample.count(fineEdges),
        min,
        max,
        sample.moments(),
        sketch.toByteArray(),
        Overdispersion.UNKNOWN);
  }

  private static CategoricalProfile categorical(
      CategoricalProfile old, Tile tile, int feature, ProfileOptions options) {
    long[] counts = tile.counts(feature);
    Map<String, Long> byWord = new TreeMap<>(tile.strangers(feature));
    for (int i = 0; i < old.words().size(); i++) {
      if (counts[i] > 0 || old.kind() == FeatureKind.BOOLEAN) {
        byWord.put(old.words().get(i), counts[i]);
      }
    }
    List<Map.Entry<String, Long>> kept =
        byWord.entrySet().stream()
            .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
            .limit(options.vocabulary())
            .toList();
    long named = kept.stream().mapToLong(Map.Entry::getValue).sum();
    return new CategoricalProfile(
        old.name(),
        old.kind(),
        tile.missing(feature),
        tile.mistyped(feature),
        kept.stream().map(Map.Entry::getKey).toList(),
        kept.stream().mapToLong(Map.Entry::getValue).toArray(),
        tile.n(feature) - named,
        tile.n(feature) > named,
        kept.stream().filter(entry -> entry.getValue() == 1).count(),
        Overdispersion.UNKNOWN);
  }
}
