package dev.runway.drift.reading;

import dev.runway.drift.statistics.MultipleTesting;

/**
 * When a reading is an alarm.
 *
 * @param warning true PSI that is tolerated without a warning
 * @param critical true PSI that is tolerated without more than a warning
 * @param level rate of false discoveries over the features of one window
 * @param correction for asking of all features at once
 * @param minimum values, now and in the reference, below which no distribution is judged
 * @param missingWarning true change of the missing share that is tolerated without a warning
 * @param missingCritical change of the missing share that is critical
 * @param newMass mass of unseen words and of values out of range, beyond what is expected, that
 *     warns; ten times it is critical
 */
public record DriftPolicy(
    double warning,
    double critical,
    double level,
    MultipleTesting correction,
    long minimum,
    double missingWarning,
    double missingCritical,
    double newMass) {

  /** Checks the order of the thresholds. */
  public DriftPolicy {
    if (!(warning > 0 && critical >= warning)) {
      throw new IllegalArgumentException(
          "warning %s must be above 0 and not above critical %s".formatted(warning, critical));
    }
    if (!(level > 0 && level < 1) || minimum < 2) {
      throw new IllegalArgumentException("level %s, minimum %d".formatted(level, minimum));
    }
    if (!(missingWarning > 0 && missingCritical >= missingWarning && newMass > 0)) {
      throw new IllegalArgumentException(
          "missing %s and %s, new %s".formatted(missingWarning, missingCritical, newMass));
    }
  }

  /**
   * PSI 0.10 and 0.25, Benjamini-Hochberg at 5 %, 500 values, missing 1 and 5 points, new 0.5 %.
   */
  public static DriftPolicy standard() {
    return new DriftPolicy(
        0.10, 0.25, 0.05, MultipleTesting.BENJAMINI_HOCHBERG, 500, 0.01, 0.05, 0.005);
  }
}
