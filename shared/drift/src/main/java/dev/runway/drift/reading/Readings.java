package dev.runway.drift.reading;

import dev.runway.drift.performance.Interval;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects the readings of one feature. */
final class Readings {

  private final String feature;
  private final String baselineId;
  private final String method;
  private final List<DriftReading> readings = new ArrayList<>();
  private Severity severity = Severity.NONE;

  Readings(String feature, String baselineId, String method) {
    this.feature = feature;
    this.baselineId = baselineId;
    this.method = method;
  }

  /** A value that decides nothing. */
  void value(String metric, double value, long n, @Nullable Double se, double error) {
    @Nullable Double low = se == null || !Double.isFinite(se) ? null : value - Interval.Z * se;
    @Nullable Double high = low == null ? null : value + (value - low);
    add(
        metric,
        value,
        n,
        low == null ? null : se,
        low,
        high,
        error,
        null,
        null,
        null,
        Severity.NONE);
  }

  /**
   * A test statistic, which decides nothing.
   *
   * @param exact whether it is of exact counts; if not, nothing bounds its error
   */
  void statistic(String metric, double value, long n, double p, boolean exact) {
    double error = exact ? 0 : Double.POSITIVE_INFINITY;
    add(metric, value, n, null, null, null, error, null, p, null, Severity.NONE);
  }

  /**
   * A value that decides nothing and was known by another method than the distribution.
   *
   * @param low least value the method leaves possible
   * @param high largest one; null if there is none
   */
  void estimate(
      String metric,
      double value,
      long n,
      @Nullable Double se,
      double low,
      @Nullable Double high,
      double error,
      String by) {
    add(metric, value, n, se, low, high, error, null, null, null, Severity.NONE, by, null);
  }

  /** A share with Wilson's interval of n / dispersion events. */
  void share(
      String metric,
      double share,
      long n,
      double dispersion,
      @Nullable Double threshold,
      Severity severity) {
    Interval interval = Interval.wilson(share, n / dispersion);
    double se = Math.sqrt(share * (1 - share) * dispersion / n);
    add(metric, share, n, se, interval.low(), interval.high(), 0, threshold, null, null, severity);
  }

  /** A share that decides nothing, and what it is made of. */
  void share(String metric, double share, long n, double dispersion, @Nullable String detail) {
    share(metric, share, n, dispersion, 0, null, Severity.NONE, method, detail);
  }

  /** A share that was known by a method of its own, and what it is made of. */
  void share(
      String metric,
      double share,
      long n,
      double dispersion,
      double error,
      @Nullable Double threshold,
      Severity severity,
      String by,
      @Nullable String detail) {
    Interval interval = Interval.wilson(share, n / dispersion);
    double se = Math.sqrt(share * (1 - share) * dispersion / n);
    add(
        metric,
        share,
        n,
        se,
        interval.low(),
        interval.high(),
        error,
        threshold,
        null,
        null,
        severity,
        by,
        detail);
  }

  /** A ratio, not below 0, with its limits, which decides nothing. */
  void ratio(String metric, double value, long n, double se, double error, String by) {
    double low = Math.max(0, value - Interval.Z * se);
    estimate(metric, value, n, se, low, value + Interval.Z * se, error, by);
  }

  void add(
      String metric,
      double value,
      long n,
      @Nullable Double se,
      @Nullable Double low,
      @Nullable Double high,
      double error,
      @Nullable Double threshold,
      @Nullable Double p,
      @Nullable Double q,
      Severity severity) {
    add(metric, value, n, se, low, high, error, threshold, p, q, severity, method, null);
  }

  private void add(
      String metric,
      double value,
      long n,
      @Nullable Double se,
      @Nullable Double low,
      @Nullable Double high,
      double error,
      @Nullable Double threshold,
      @Nullable Double p,
      @Nullable Double q,
      Severity severity,
      String by,
      @Nullable String detail) {
    if (!Double.isFinite(value)) {
      return;
    }
    this.severity = this.severity.or(severity);
    readings.add(
        new DriftReading(
            feature,
            metric,
            value,
            n,
            finite(se),
            finite(low),
            finite(high),
            error,
            by,
            baselineId,
            finite(threshold),
            finite(p),
            finite(q),
            severity,
            detail));
  }

  /** One value near the end of what a double holds makes limits that are none. */
  private static @Nullable Double finite(@Nullable Double number) {
    return number == null || Double.isFinite(number) ? number : null;
  }

  FeatureDrift drift(FeatureDrift.Status status) {
    return new FeatureDrift(feature, status, severity, readings);
  }
}
