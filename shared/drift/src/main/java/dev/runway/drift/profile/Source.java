package dev.runway.drift.profile;

/** Where a profile comes from. Constants are part of the stored form: never renamed. */
public enum Source {
  /** Sent by the producer. */
  UPLOADED,
  /** Computed from a training set. */
  PROFILE_JOB,
  /** Made of the first windows of live traffic; cannot trigger a retrain alone. */
  PROVISIONAL
}
