package dev.runway.driftmonitor.count;

import dev.runway.drift.tile.Row;
import dev.runway.drift.tile.TileLayout;
import dev.runway.model.PositionedFeatureSink;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The features of one event by position; one object for all events. No name is read or looked up
 * unless a baseline takes over whose list is another than the producer's.
 */
final class PositionedFeatures implements PositionedFeatureSink {
  private static final int FIRST_SIZE = 128;

  /** NaN for a category or a missing value. */
  private double[] numbers = new double[FIRST_SIZE];

  /** Null for a number or a missing value. */
  private @Nullable String[] words = new String[FIRST_SIZE];

  /** Positions up to here are of this event, others of earlier ones. */
  private int used;

  private boolean hasWords;
  private int count;

  void clear() {
    if (hasWords) {
      Arrays.fill(words, 0, used, null);
      hasWords = false;
    }
    used = 0;
    count = 0;
  }

  @Override
  public void number(int position, double value) {
    reach(position);
    numbers[position] = value;
  }

  @Override
  public void category(int position, String value) {
    reach(position);
    numbers[position] = Double.NaN;
    words[position] = value;
    hasWords = true;
  }

  @Override
  public void end(int all) {
    count = all;
  }

  /** Positions come in rising order; those left out are missing. */
  private void reach(int position) {
    if (position >= numbers.length) {
      // An event has a limit of bytes, so there is an end to this.
      int length = Math.max(2 * numbers.length, position + 1);
      numbers = Arrays.copyOf(numbers, length);
      words = Arrays.copyOf(words, length);
    }
    for (int i = used; i < position; i++) {
      numbers[i] = Double.NaN;
    }
    used = position + 1;
  }

  /** How many features the event has, missing ones included. */
  int count() {
    return count;
  }

  /**
   * Puts the values into a row.
   *
   * @param list what each position is
   * @param layout of the row
   * @return how many values were left out, which are of features that the row does not have
   */
  int fill(Row row, FeatureList list, TileLayout layout) {
    if (!hasWords && list.isOf(layout)) {
      list.fill(row, numbers, used);
      return 0;
    }
    int unknown = 0;
    for (int i = 0; i < used; i++) {
      String word = words[i];
      if (word == null && Double.isNaN(numbers[i])) {
        continue;
      }
      int position = list.positionIn(layout, i);
      if (position < 0) {
        unknown++;
      } else if (word != null) {
        row.category(position, word);
      } else {
        row.number(position, numbers[i]);
      }
    }
    return unknown;
  }
}
