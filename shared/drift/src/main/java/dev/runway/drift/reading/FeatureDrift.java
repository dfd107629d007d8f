package dev.runway.drift.reading;

import java.util.List;
import java.util.Optional;

/**
 * All readings of one feature.
 *
 * @param status whether its distribution could be judged; missing values are judged without that
 * @param severity the worst of its readings
 */
public record FeatureDrift(
    String feature, Status status, Severity severity, List<DriftReading> readings) {

  /** Whether the distribution could be judged. */
  public enum Status {
    SCORED,
    /** Too few values now, or in the reference: widen the window. */
    INSUFFICIENT_DATA,
    /** The profile knows nothing about the feature. */
    NO_BASELINE
  }

  /** Keeps a copy. */
  public FeatureDrift {
    readings = List.copyOf(readings);
  }

  /**
   * Whether any question about it had an answer: of its distribution, of its missing values, or one
   * that raised an alarm. A feature of which nothing comes any more is judged by what is missing.
   */
  public boolean judged() {
    return status == Status.SCORED
        || severity != Severity.NONE
        || reading(FeatureReadings.MISSING_CHANGE).isPresent();
  }

  /** Debiased PSI; 0 where the distribution could not be judged. */
  public double psi() {
    return reading(FeatureReadings.PSI_DEBIASED).map(DriftReading::value).orElse(0.0);
  }

  public Optional<DriftReading> reading(String metric) {
    return readings.stream().filter(reading -> reading.metric().equals(metric)).findFirst();
  }
}
