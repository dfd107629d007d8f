package dev.runway.model;

/** What is known about the truth of a prediction. */
public enum LabelStatus {
  /** An outcome was observed. */
  LABELLED,
  /** No outcome came in time, and the model's policy reads that as a negative. */
  NEGATIVE_BY_DEFAULT,
  /** No outcome came in time, and nothing follows from that. */
  UNLABELLED
}
