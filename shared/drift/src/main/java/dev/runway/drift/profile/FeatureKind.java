package dev.runway.drift.profile;

/** What values a feature takes. Constants are part of the stored form: never renamed. */
public enum FeatureKind {
  NUMERIC,
  CATEGORICAL,
  /** A category of the words {@code false} and {@code true}. */
  BOOLEAN
}
