package dev.runway.model;

/**
 * How several outcomes of one prediction become one, in the order of {@code (observed_at,
 * sequence)}.
 */
public enum Reduction {
  FIRST,
  LAST,
  /** The largest value; for class labels the positive one. */
  MAX,
  /** The sum of the values; for class labels as {@link #MAX}. */
  SUM
}
