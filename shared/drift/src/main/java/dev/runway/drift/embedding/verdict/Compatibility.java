package dev.runway.drift.embedding.verdict;

/** What a new version of an embedding is to a consumer of the one before. */
public enum Compatibility {
  /** Not known yet, see the verdict's reason. */
  UNDECIDED,
  /** As another training without any intended change. */
  STABLE,
  /** More than training noise; worth a look at the consumer's own figures. */
  MINOR,
  /** The same up to a rotation: to be aligned by the published matrix, or learned anew. */
  ROTATED,
  /** What the consumer learned does not hold for it. */
  BREAKING
}
