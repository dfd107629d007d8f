package dev.runway.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known about the drift of a model version's predictions of one window, compared with one
 * baseline. Readings of one {@code (modelId, modelVersion, segment, profileId, windowEnd)} replace
 * each other: the highest revision counts, and of what an older one said nothing stays.
 *
 * @param segment declared segment, or {@link #ALL}
 * @param profileId the baseline's profile, or {@link #NO_PROFILE}
 * @param provisional the baseline was made from live traffic: cannot trigger a retrain alone
 * @param windowStartMillis first prediction time of the window, included
 * @param windowEndMillis end of the window, excluded
 * @param evaluatedFromMillis first prediction time that was evaluated; before the window's start
 *     when too few predictions made it take earlier windows in
 * @param revision rises with every event that the window absorbs, and with the last word on it
 * @param predictions events that were evaluated
 * @param profileFeatures features that the profile has
 * @param evaluated how many of them could be judged
 * @param flagged how many of them have materially drifted
 * @param excused how many of them differ from the baseline as they did in an earlier week, and so
 *     are not flagged
 * @param severity of the whole, 0 to 1; null while nothing was judged
 * @param features the model's outputs, those that are flagged or excused and, beside them, those
 *     that changed most; at most {@link Limits#MAX_DRIFT_FEATURES}
 */
public record DriftReading(
    String modelId,
    String modelVersion,
    String segment,
    String profileId,
    boolean provisional,
    long windowStartMillis,
    long windowEndMillis,
    long evaluatedFromMillis,
    long revision,
    Status status,
    long predictions,
    int profileFeatures,
    int evaluated,
    int flagged,
    int excused,
    @Nullable Double severity,
    List<Feature> features) {

  /** Of a window without excused features. */
  public DriftReading(
      String modelId,
      String modelVersion,
      String segment,
      String profileId,
      boolean provisional,
      long windowStartMillis,
      long windowEndMillis,
      long evaluatedFromMillis,
      long revision,
      Status status,
      long predictions,
      int profileFeatures,
      int evaluated,
      int flagged,
      @Nullable Double severity,
      List<Feature> features) {
    this(
        modelId,
        modelVersion,
        segment,
        profileId,
        provisional,
        windowStartMillis,
        windowEndMillis,
        evaluatedFromMillis,
        revision,
        status,
        predictions,
        profileFeatures,
        evaluated,
        flagged,
        0,
        severity,
        features);
  }

  /** Stands for every segment. */
  public static final String ALL = PerformanceReading.ALL;

  /** In place of a feature's name, what is said of the events of a window as a whole. */
  public static final String EVENTS = "$events";

  /** In place of a profile in readings of a version that has none. */
  public static final String NO_PROFILE = "no-baseline";

  /**
   * Metric of a feature that is flagged by its distribution alone, where no week before has these
   * hours: whether it is a season nobody can say, so no retrain comes of it alone. Its value is 1.
   * Where more features are flagged than a reading names, {@link #EVENTS} has it too: there its
   * value is the number of all such features.
   */
  public static final String SEASON_UNKNOWN = "season_unknown";

  /** What became of an evaluation. The names are part of the contract: never renamed. */
  public enum Status {
    /** The window was judged. */
    EVALUATED,
    /** Too few predictions so far; the window takes earlier ones in. */
    INSUFFICIENT_DATA,
    /** Too few predictions although the window is as wide as it may become. */
    NO_DECISION,
    /**
     * The version has no baseline, so nothing can be judged; of profile {@link #NO_PROFILE}. The
     * predictions are those that were made while it had none.
     */
    NO_BASELINE
  }

  /** How a feature's values are counted. The names are part of the contract: never renamed. */
  public enum FeatureKind {
    NUMERIC,
    CATEGORICAL
  }

  /**
   * One feature, or one output of the model: {@code $score}, {@code $label} or {@code $value}.
   *
   * @param flagged it has materially drifted
   * @param excusedByWeek it differs from the baseline and is not flagged, because in the same hours
   *     so many weeks before it was the same, 0 for two days before; null unless a season excuses
   *     it
   * @param severity 0 to 1; null when it could not be judged
   * @param signals at most {@link Limits#MAX_SIGNALS}, no two of one metric
   */
  public record Feature(
      String name,
      FeatureKind kind,
      boolean flagged,
      @Nullable Integer excusedByWeek,
      @Nullable Double severity,
      List<Signal> signals) {

    /** Of a feature that no season excuses. */
    public Feature(
        String name,
        FeatureKind kind,
        boolean flagged,
        @Nullable Double severity,
        List<Signal> signals) {
      this(name, kind, flagged, null, severity, signals);
    }
  }

  /**
   * One metric of a feature with its error and what it was compared with.
   *
   * @param metric such as {@code psi}, {@code kl_cur_ref}, {@code missing}
   * @param value null when undefined, never 0 or NaN in its place
   * @param low lower end of the 95 % interval
   * @param high upper end of the 95 % interval
   * @param samples events behind it
   * @param method how it was computed, such as {@code EXACT_HISTOGRAM} or {@code KLL_200}
   * @param threshold what the value was compared with; null when it decides nothing
   * @param pValue of the test behind the decision, 0 to 1
   * @param qValue the same after the correction for many features, 0 to 1
   * @param flagged the decision
   * @param error how far the value may be from what exact counts of all values would give, by the
   *     method alone: the width of a bin, the ranks of a sketch; null when it is exact, or when
   *     nothing bounds it
   * @param detail what the value is made of, for people to read: the frequent words that nobody
   *     knew, with their counts; null when there is nothing to say, at most {@link
   *     Limits#MAX_DETAIL} characters
   */
  public record Signal(
      String metric,
      @Nullable Double value,
      @Nullable Double low,
      @Nullable Double high,
      @Nullable Double standardError,
      long samples,
      String method,
      @Nullable Double threshold,
      @Nullable Double pValue,
      @Nullable Double qValue,
      boolean flagged,
      @Nullable Double error,
      @Nullable String detail) {

    /** Of an exact value that says all there is. */
    public Signal(
        String metric,
        @Nullable Double value,
        @Nullable Double low,
        @Nullable Double high,
        @Nullable Double standardError,
        long samples,
        String method,
        @Nullable Double threshold,
        @Nullable Double pValue,
        @Nullable Double qValue,
        boolean flagged) {
      this(
          metric,
          value,
          low,
          high,
          standardError,
          samples,
          method,
          threshold,
          pValue,
          qValue,
          flagged,
          null,
          null);
    }
  }
}
