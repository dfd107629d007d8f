package dev.runway.drift.embedding.verdict;

/** How a model consumes an embedding. */
public enum Consumption {
  /** Its coordinates are read as features. */
  COORDINATES,
  /** Only similarities within it are used. */
  SIMILARITY,
  /** The prediction of a model that uses it is a feature. */
  PREDICTION,
  /** Only the data behind it is used. */
  DATA_ONLY
}
