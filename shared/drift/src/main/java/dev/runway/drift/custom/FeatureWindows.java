package dev.runway.drift.custom;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.CategoricalProfile;
import dev.runway.drift.profile.FeatureProfile;
import dev.runway.drift.profile.NumericProfile;
import dev.runway.drift.reading.DriftReading;
import dev.runway.drift.reading.DriftReport;
import dev.runway.drift.reading.FeatureDrift;
import dev.runway.drift.statistics.CentralMoments;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Shows a judged tile to metrics that are not Runway's. */
public final class FeatureWindows {
  private FeatureWindows() {}

  /**
   * All features that were judged, in the profile's order.
   *
   * @param baseline the layout the tile was counted with
   * @param report of the tile
   */
  public static List<FeatureWindow> of(TileLayout baseline, Tile tile, DriftReport report) {
    List<FeatureWindow> windows = new ArrayList<>(report.features().size());
    for (FeatureDrift drift : report.features()) {
      windows.add(of(baseline, tile, drift));
    }
    return windows;
  }

  private static FeatureWindow of(TileLayout baseline, Tile tile, FeatureDrift drift) {
    int position = baseline.position(drift.feature());
    BaselineProfile profile = baseline.profile();
    FeatureProfile feature = profile.features().get(position);
    Map<String, Double> metrics =
        drift.readings().stream()
            .collect(Collectors.toMap(DriftReading::metric, DriftReading::value));
    boolean numeric = feature instanceof NumericProfile;
    return new FeatureWindow(
        profile.model(),
        profile.version(),
        feature.name(),
        feature.kind(),
        reference(feature),
        current(baseline, tile, position),
        numeric ? ((NumericProfile) feature).fineEdges().toArray() : new double[0],
        feature instanceof CategoricalProfile words ? words.words() : List.of(),
        metrics);
  }

  private static Population reference(FeatureProfile feature) {
    if (feature instanceof NumericProfile numeric) {
      CentralMoments moments = numeric.moments();
      boolean any = moments.n() > 0;
      return population(
          numeric,
          numeric.infinite(),
          moments,
          any ? numeric.min() : Double.NaN,
          any ? numeric.max() : Double.NaN,
          numeric.fineCounts());
    }
    CategoricalProfile words = (CategoricalProfile) feature;
    long[] counts = new long[words.counts().length + 1];
    System.arraycopy(words.counts(), 0, counts, 0, counts.length - 1);
    counts[counts.length - 1] = words.other();
    return population(words, 0, CentralMoments.EMPTY, Double.NaN, Double.NaN, counts);
  }

  private static Population population(
      FeatureProfile feature,
      long infinite,
      CentralMoments moments,
      double min,
      double max,
      long[] counts) {
    return new Population(
        feature.rows(),
        feature.n(),
        feature.missing(),
        feature.mistyped(),
        infinite,
        mean(moments),
        deviation(moments),
        min,
        max,
        counts);
  }

  private static Population current(TileLayout baseline, Tile tile, int feature) {
    CentralMoments moments = tile.moments(feature, baseline);
    double min = tile.min(feature);
    double max = tile.max(feature);
    return new Population(
        tile.events(),
        tile.n(feature),
        tile.missing(feature),
        tile.mistyped(feature),
        tile.infinite(feature),
        mean(moments),
        deviation(moments),
        Double.isFinite(min) ? min : Double.NaN,
        Double.isFinite(max) ? max : Double.NaN,
        tile.counts(feature));
  }

  private static double mean(CentralMoments moments) {
    return moments.n() == 0 ? Double.NaN : moments.mean();
  }

  private static double deviation(CentralMoments moments) {
    return Math.sqrt(moments.variance());
  }
}
