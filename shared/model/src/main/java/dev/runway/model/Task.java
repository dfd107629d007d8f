package dev.runway.model;

/** What a model answers, and so which metrics apply. */
public enum Task {
  /** A probability between 0 and 1 for one of two classes. */
  BINARY,
  /** One of several classes. */
  MULTICLASS,
  /** A number. */
  REGRESSION,
  /** An ordered list of items. */
  RANKING
}
