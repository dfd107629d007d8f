package dev.runway.drift.custom;

import org.jspecify.annotations.Nullable;

/**
 * What a metric found.
 *
 * @param value the metric; without a reading if it is NaN or infinite
 * @param standardError from sampling; null where it is not known. The reading has the interval of
 *     95 % about the value
 * @param threshold values above it are flagged; null when the metric decides nothing
 */
public record Measure(double value, @Nullable Double standardError, @Nullable Double threshold) {

  /** A value that decides nothing. */
  public static Measure of(double value) {
    return new Measure(value, null, null);
  }

  /** A value that is flagged above a threshold. */
  public static Measure of(double value, double threshold) {
    return new Measure(value, null, threshold);
  }

  /** The same with its standard error. */
  public Measure withStandardError(double error) {
    return new Measure(value, error, threshold);
  }
}
