package dev.runway.driftmonitor.count;

import dev.runway.drift.tile.Row;
import dev.runway.model.FeatureSink;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The features of one event as they stand in it; one object for all events. An event says its model
 * in any place, so its features wait here until its baseline is known.
 */
final class EventFeatures implements FeatureSink {
  private static final int FIRST_SIZE = 128;

  private String[] names = new String[FIRST_SIZE];

  /** NaN for a category or a missing value. */
  private double[] numbers = new double[FIRST_SIZE];

  /** Null for a number or a missing value. */
  private @Nullable String[] words = new String[FIRST_SIZE];

  private int size;

  void clear() {
    size = 0;
  }

  @Override
  public void number(String name, double value) {
    add(name, value, null);
  }

  @Override
  public void category(String name, String value) {
    add(name, Double.NaN, value);
  }

  @Override
  public void missing(String name) {
    // A row begins with everything missing.
  }

  private void add(String name, double number, @Nullable String word) {
    if (size == names.length) {
      // An event has a limit of bytes, so there is an end to this.
      names = Arrays.copyOf(names, 2 * size);
      numbers = Arrays.copyOf(numbers, 2 * size);
      words = Arrays.copyOf(words, 2 * size);
    }
    names[size] = name;
    numbers[size] = number;
    words[size] = word;
    size++;
  }

  /** Features with a value, as often as they are sent. */
  int size() {
    return size;
  }

  /** Hands all values to another sink. */
  void copyTo(FeatureSink sink) {
    for (int i = 0; i < size; i++) {
      String word = words[i];
      if (word == null) {
        sink.number(names[i], numbers[i]);
      } else {
        sink.category(names[i], word);
      }
    }
  }

  /**
   * Puts the values into a row; what the baseline does not know is left out.
   *
   * @param positions of the row's baseline
   * @return how many values were left out
   */
  int fill(Row row, NamedPositions positions) {
    int unknown = 0;
    for (int i = 0; i < size; i++) {
      int position = positions.of(i, names[i]);
      if (position < 0) {
        unknown++;
        continue;
      }
      String word = words[i];
      if (word == null) {
        row.number(position, numbers[i]);
      } else {
        row.category(position, word);
      }
    }
    return unknown;
  }
}
