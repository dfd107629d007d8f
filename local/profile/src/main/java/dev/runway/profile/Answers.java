package dev.runway.profile;

import org.jspecify.annotations.Nullable;

/**
 * Columns that hold what the model answered. drift-monitor compares them under names of their own.
 *
 * @param score probabilities from 0 to 1
 * @param label the labels the model gave, not those that turned out true
 * @param value the numbers the model gave
 */
record Answers(@Nullable String score, @Nullable String label, @Nullable String value) {
  static final String SCORE = "$score";
  static final String LABEL = "$label";
  static final String VALUE = "$value";

  /** The feature's name of a column. */
  String featureOf(String column) {
    if (column.equals(score)) {
      return SCORE;
    }
    if (column.equals(label)) {
      return LABEL;
    }
    return column.equals(value) ? VALUE : column;
  }
}
