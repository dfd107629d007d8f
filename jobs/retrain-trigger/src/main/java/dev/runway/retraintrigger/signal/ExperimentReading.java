package dev.runway.retraintrigger.signal;

import dev.runway.drift.staleness.Decay;
import dev.runway.drift.staleness.SeverityScale;
import dev.runway.model.ExperimentResult;
import java.util.Comparator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an experiment outside of Runway has found of a version beside another arm, in as little as a
 * decision needs.
 *
 * @param worse how much worse than the control for certain: the lower end of the one-sided 95 %
 *     interval, a share of the control's value except for {@code auc}; below 0 when it may as well
 *     be better
 * @param warn value of {@code worse} at which the severity is 0.5
 * @param critical value from which it is 1
 * @param samples observations of both arms
 */
public record ExperimentReading(
    String experiment,
    String variant,
    String control,
    String metric,
    double worse,
    double warn,
    double critical,
    long samples,
    long startedAtMillis,
    long endedAtMillis) {

  /** The newest first; of as new ones the worst, so that which of them are kept is no chance. */
  public static final Comparator<ExperimentReading> NEWEST_FIRST =
      Comparator.comparingLong(ExperimentReading::endedAtMillis)
          .thenComparingDouble(ExperimentReading::severity)
          .reversed()
          .thenComparing(ExperimentReading::experiment)
          .thenComparing(ExperimentReading::variant)
          .thenComparing(ExperimentReading::control)
          .thenComparing(ExperimentReading::metric);

  /** Quantile of the two-sided 95 % interval that results have. */
  private static final double TWO_SIDED = 1.959963984540054;

  /**
   * Of a result.
   *
   * @return empty where nobody knows whether more of its metric is better, or how much of it the
   *     control has
   */
  public static Optional<ExperimentReading> of(ExperimentResult result) {
    PerformanceScale scale = scale(result);
    Double control = result.controlValue();
    if (scale == null || (scale.relative() && (control == null || control <= 0))) {
      return Optional.empty();
    }
    Decay decay =
        scale.loss()
            ? new Decay(result.difference() - oneSided(result.difference() - result.low()))
            : new Decay(-result.difference() - oneSided(result.high() - result.difference()));
    Decay worse = scale.relative() && control != null ? decay.relativeTo(control) : decay;
    return Optional.of(
        new ExperimentReading(
            result.experiment(),
            result.variant(),
            result.control(),
            result.metric(),
            worse.lowerBound(),
            scale.scale().warn(),
            scale.scale().critical(),
            result.samples(),
            result.startedAtMillis(),
            result.endedAtMillis()));
  }

  private static @Nullable PerformanceScale scale(ExperimentResult result) {
    PerformanceScale known = PerformanceScale.of(result.metric());
    if (known != null) {
      return known;
    }
    ExperimentResult.Better better = result.better();
    return better == null
        ? null
        : PerformanceScale.ofShares(better == ExperimentResult.Better.LOWER);
  }

  private static double oneSided(double halfWidth) {
    return halfWidth * Decay.Z / TWO_SIDED;
  }

  /** How bad it is, 0 to 1. */
  public double severity() {
    return new SeverityScale(warn, critical).severity(worse);
  }

  /** Length of the experiment so far. */
  public long lengthMillis() {
    return endedAtMillis - startedAtMillis;
  }
}
