package dev.runway.driftmonitor.concept;

import java.io.Serializable;
import java.time.Duration;

/**
 * What may be set.
 *
 * @param referenceTruths labels of a version that become its reference, the first ones
 * @param calibrationTruths labels that say what scores mean, the newest ones
 * @param lateness how long after a window's last horizon its truths are waited for; at least a
 *     minute, for bundles of truths may be so far behind the event time
 */
public record ConceptSettings(long referenceTruths, long calibrationTruths, Duration lateness)
    implements Serializable {

  /**
   * Most labels of a reference. Those of a predicted number are kept as they are until there are
   * enough: 1.6 MB of these, for all and for each of 100 segments, rewritten every window.
   */
  public static final int MAX_REFERENCE = 100_000;

  /** Labels of either kind without which there is neither reference nor calibration. */
  static final long LEAST_OF_A_LABEL = 50;

  /** Same where nothing is estimated, so that no window is kept for it. */
  ConceptSettings withoutCalibration() {
    return new ConceptSettings(referenceTruths, 0, lateness);
  }
}
