package dev.runway.driftmonitor.count;

import dev.runway.drift.profile.FeatureProfile;
import dev.runway.drift.tile.Row;
import dev.runway.drift.tile.TileLayout;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The list of features that a producer sends by position: those of a baseline in its order, without
 * the model's own answer, which has fields of its own.
 */
final class FeatureList {
  private final TileLayout layout;

  /** Position in the baseline of each feature. */
  private final int[] positions;

  FeatureList(TileLayout layout) {
    this.layout = layout;
    List<FeatureProfile> features = layout.profile().features();
    positions =
        IntStream.range(0, features.size())
            .filter(i -> !PredictionCounting.isOutput(features.get(i).name()))
            .toArray();
  }

  int size() {
    return positions.length;
  }

  /** Whether its positions are those of a baseline. */
  boolean isOf(TileLayout other) {
    return other == layout;
  }

  /**
   * Puts numbers into a row of its own baseline.
   *
   * @param numbers by position in this list; NaN is missing
   */
  void fill(Row row, double[] numbers, int count) {
    row.numbers(positions, numbers, count);
  }

  /**
   * Where a feature of this list is in a baseline; -1 where it is not.
   *
   * @param other the baseline in force, which may be a newer one than the producer knows
   */
  int positionIn(TileLayout other, int index) {
    int position = positions[index];
    return isOf(other)
        ? position
        : other.position(layout.profile().features().get(position).name());
  }
}
