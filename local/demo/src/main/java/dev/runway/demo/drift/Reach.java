package dev.runway.demo.drift;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.CategoricalProfile;
import dev.runway.drift.profile.FeatureProfile;
import dev.runway.drift.profile.NumericProfile;
import dev.runway.drift.reading.DriftReading;
import dev.runway.drift.reading.DriftScorer;
import dev.runway.drift.reading.FeatureDrift;
import dev.runway.drift.tile.Row;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The largest PSI that a window can show of a feature, whatever happens to values that are known:
 * all of them in one bin, the rarest. Where the windows of the training rows scatter so much that
 * the threshold is above it, the feature is blind: that it does not fire says nothing.
 *
 * <p>Only a word that was never seen may bring it further.
 */
public final class Reach {
  private final Map<String, TileLayout> layouts = new TreeMap<>();
  private final Map<String, Double> known = new HashMap<>();
  private final DriftScorer scorer = new DriftScorer(TrainingBaseline.policy(DriftWatch.DEMO));

  /** Of the versions of a story that have a training set. */
  public Reach(DriftStory story) {
    for (Training training : story.trainings()) {
      layouts.put(
          training.version(),
          TileLayout.of(TrainingBaseline.profile(story.modelId(), training), false));
    }
  }

  /**
   * The largest PSI of a window of so many values.
   *
   * @return null where it is not known: of a version without a training set, and of a feature that
   *     it does not have
   */
  public @Nullable Double of(String version, String feature, long values) {
    TileLayout layout = layouts.get(version);
    if (layout == null || layout.position(feature) < 0) {
      return null;
    }
    return known.computeIfAbsent(
        version + '\n' + feature + '\n' + values,
        key -> largest(layout, layout.position(feature), values));
  }

  private double largest(TileLayout layout, int position, long values) {
    BaselineProfile profile = layout.profile();
    FeatureProfile feature = profile.features().get(position);
    double largest = 0;
    if (feature instanceof NumericProfile numeric) {
      double[] edges = numeric.edges().toArray();
      for (double edge : edges) {
        // An edge belongs to the bin below it.
        largest = Math.max(largest, psi(layout, position, values, r -> r.number(position, edge)));
      }
      double max = numeric.max();
      largest = Math.max(largest, psi(layout, position, values, r -> r.number(position, max)));
    } else if (feature instanceof CategoricalProfile words) {
      for (String word : words.words()) {
        largest = Math.max(largest, psi(layout, position, values, r -> r.category(position, word)));
      }
    }
    return largest;
  }

  /** PSI of a window in which every value is the same. */
  private double psi(TileLayout layout, int position, long values, Consumer<Row> writer) {
    Tile tile = layout.newTile();
    Row row = layout.newRow();
    writer.accept(row);
    for (long i = 0; i < values; i++) {
      tile.add(row);
    }
    FeatureDrift drift = scorer.score(layout, tile).features().get(position);
    return drift.reading("psi").map(DriftReading::value).orElse(0.0);
  }
}
