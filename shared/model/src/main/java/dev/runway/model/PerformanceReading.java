package dev.runway.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known about a model version's predictions of one window: performance, coverage and label
 * delay, under one revision. Readings of one {@code (modelId, modelVersion, segment, variant,
 * window)} replace each other: the highest revision counts.
 *
 * @param segment declared segment, or {@link #ALL}
 * @param variant experiment variant, or {@link #ALL}
 * @param windowStartMillis first prediction time of the window, included
 * @param windowEndMillis end of the window, excluded
 * @param revision rises with every fact that the window absorbs; a final one is {@link
 *     #FINAL_REVISION} and more, and comes from the reading's content alone
 * @param estimated true when labels were not used
 * @param counts the mergeable counts behind the metrics ({@code OutcomeCounts}); readings of
 *     several windows merge to one through them; empty when they exceed {@link
 *     Limits#MAX_COUNTS_BYTES}
 * @param delayCounts the mergeable counts behind {@code delay}
 */
public record PerformanceReading(
    String modelId,
    String modelVersion,
    String segment,
    String variant,
    long windowStartMillis,
    long windowEndMillis,
    long revision,
    Maturity maturity,
    Task task,
    boolean estimated,
    Coverage coverage,
    Delay delay,
    List<Metric> metrics,
    byte[] counts,
    byte[] delayCounts) {

  /** Revisions of final readings begin here; below 2^53, so that JSON readers keep every bit. */
  public static final long FINAL_REVISION = 1L << 52;

  /** Stands for every segment or every variant. */
  public static final String ALL = "*";

  /**
   * Where the window's predictions are. {@code received = joined + waiting + unlabelled +
   * duplicates + conflicts} at all times.
   *
   * @param received prediction events read, repeats included
   * @param joined predictions with a label, observed or by policy
   * @param waiting predictions whose label may still come
   * @param unlabelled predictions whose horizon passed without a label
   * @param matured predictions whose horizon has passed
   * @param maturedJoined those of them with a label
   * @param coverage weighted maturedJoined / matured; null while nothing has matured
   * @param coverageSoFar weighted joined / predictions; null for no predictions
   * @param expectedCoverage expected coverage once all have matured; null when unknown
   */
  public record Coverage(
      long received,
      long joined,
      long waiting,
      long unlabelled,
      long duplicates,
      long conflicts,
      long matured,
      long maturedJoined,
      @Nullable Double coverage,
      @Nullable Double coverageSoFar,
      @Nullable Double expectedCoverage) {

    /** Distinct predictions: those that count. */
    public long predictions() {
      return joined + waiting + unlabelled;
    }
  }

  /**
   * Delay from prediction to the deciding observation, over labelled predictions.
   *
   * @param labels labelled predictions
   * @param censored predictions without label so far or for good
   * @param relativeError bound of the quantiles' relative error
   */
  public record Delay(
      long labels,
      long censored,
      @Nullable Double meanMillis,
      @Nullable Double p50Millis,
      @Nullable Double p95Millis,
      @Nullable Double p99Millis,
      double relativeError) {}

  /**
   * One metric with its error.
   *
   * @param value null when undefined, never 0 or NaN in its place
   * @param low lower end of the 95 % interval
   * @param high upper end of the 95 % interval
   * @param boundLow lower end of the exact bound that binning leaves; null where nothing is binned
   */
  public record Metric(
      String name,
      @Nullable Double value,
      @Nullable Double low,
      @Nullable Double high,
      @Nullable Double standardError,
      @Nullable Double boundLow,
      @Nullable Double boundHigh,
      long samples,
      double effectiveSamples) {}
}
