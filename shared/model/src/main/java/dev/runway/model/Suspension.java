package dev.runway.model;

/** Why nothing is decided about a model. The names are part of the contract: never renamed. */
public enum Suspension {
  /** Readings come too late to be acted upon. */
  INPUT_LAG,
  /** Fewer of the predictions have labels than the policy wants. */
  COVERAGE_FLOOR,
  /** What the model is fed with does not arrive. */
  SOURCE_DOWN
}
