package dev.runway.lineage;

/** How one thing uses another. Names are stored: never rename one. */
public enum EdgeKind {
  /** Coordinates of an embedding: another training puts everything elsewhere. */
  COORDINATES,
  /** Similarity of embeddings: another training may leave it as it was. */
  SIMILARITY,
  /** A prediction as a feature. */
  PREDICTION,
  /** The data alone: of a model the data behind it, whatever it learns from them. */
  DATA_ONLY,
  /** Is a part of it: a version of its model, a model of its deployment. */
  PART_OF
}
