package dev.runway.model;

/** What a missing outcome means, and how outcomes are read. */
public enum LabelPolicy {
  /** An outcome names the class; a missing one is unknown and lowers coverage. */
  EXPLICIT,
  /**
   * Only positives are sent; silence for {@code negative_after} is a provisional negative, final at
   * the horizon.
   */
  IMPLICIT_NEGATIVE,
  /** An outcome is a grade; at or above {@code positive_from} it is positive. */
  GRADED,
  /** An outcome is the number that was predicted. */
  REGRESSION,
  /** An outcome is the relevance of one ranked item; an item without one is irrelevant. */
  RANKING
}
