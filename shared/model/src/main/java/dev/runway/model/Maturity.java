package dev.runway.model;

/** Whether a result may still change. */
public enum Maturity {
  /** Labels are still due. */
  PROVISIONAL,
  /** The label horizon has passed; what comes later goes to {@code late-outcomes}. */
  FINAL
}
