package dev.runway.sql.function;

import dev.runway.drift.distribution.BinnedShares;
import dev.runway.drift.distribution.Smoothing;
import dev.runway.drift.distribution.WeightedSample;
import dev.runway.drift.profile.FeatureKind;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import org.jspecify.annotations.Nullable;

/**
 * {@code ks(...)}: the Kolmogorov-Smirnov distance; null of a categorical feature. Of tiles over
 * the fine bins, of sketches over the values they hold.
 */
public final class Ks extends Distance {

  public Ks() {
    super("ks", "ks");
  }

  @Override
  double ofShares(BinnedShares shares) {
    return shares.kolmogorovSmirnov();
  }

  @Override
  double ofSketches(WeightedSample reference, WeightedSample current, int bins) {
    return WeightedSample.kolmogorovSmirnov(reference, current);
  }

  @Override
  @Nullable Double ofTiles(TileLayout layout, int feature, Tile tile, Tile reference) {
    if (layout.kind(feature) != FeatureKind.NUMERIC
        || tile.n(feature) == 0
        || reference.n(feature) == 0) {
      return null;
    }
    return ofShares(
        BinnedShares.of(reference.counts(feature), tile.counts(feature), Smoothing.NONE));
  }
}
