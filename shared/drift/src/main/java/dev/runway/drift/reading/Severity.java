package dev.runway.drift.reading;

/** How bad a reading is. Ascends. */
public enum Severity {
  NONE,
  WARNING,
  CRITICAL;

  public Severity or(Severity other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
