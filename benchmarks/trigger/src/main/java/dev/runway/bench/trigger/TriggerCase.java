package dev.runway.bench.trigger;

import java.util.Locale;

/** What is measured. */
public enum TriggerCase {
  /** A fleet as it is on any day, of which a tenth has drifted. */
  READINGS,
  READINGS_PARSED,
  /** All has drifted, and readings are as large as they become. */
  BREACHED,
  BREACHED_PARSED;

  /**
   * How much.
   *
   * @param warmUp windows before it is measured
   * @param windows that are measured, each with a reading of every model
   */
  record Size(int models, int warmUp, int windows) {}

  /** As it is typed. */
  public String option() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  Shape shape() {
    return ours() == BREACHED ? Shape.BREACHED : Shape.USUAL;
  }

  Size size(boolean quick) {
    if (quick) {
      return new Size(ours() == BREACHED ? 20 : 200, 1, 3);
    }
    return switch (this) {
      case READINGS -> new Size(5_000, 20, 180);
      case READINGS_PARSED -> new Size(5_000, 4, 20);
      case BREACHED -> new Size(5_000, 1, 6);
      case BREACHED_PARSED -> new Size(5_000, 1, 1);
    };
  }

  boolean isLimit() {
    return this != ours();
  }

  /** The case of ours that does the same work. */
  TriggerCase ours() {
    return switch (this) {
      case READINGS, READINGS_PARSED -> READINGS;
      case BREACHED, BREACHED_PARSED -> BREACHED;
    };
  }

  /** As a row is called. */
  String title() {
    String readings = String.format(Locale.ROOT, "readings of %,d features", shape().features());
    return (isLimit() ? "the same parsed: " : "")
        + readings
        + (shape().breached() ? ", all drifted" : "");
  }
}
