package dev.runway.drift.performance;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of {@link RegressionCounts}; means carry +- 1.96 standard errors, WAPE those of a
 * ratio; RMSE and R2 have no interval, because fourth powers are not kept.
 */
final class RegressionMetrics {

  private static final double INFINITY = Double.POSITIVE_INFINITY;

  private final RegressionCounts counts;
  private final Tally events;

  RegressionMetrics(RegressionCounts counts) {
    this.counts = counts;
    events = counts.events;
  }

  List<Metric> all() {
    List<Metric> metrics = new ArrayList<>();
    metrics.add(combined("mae", 1, 1, 0));
    metrics.add(Metric.plain("rmse", rmse(), events));
    metrics.add(Metric.plain("r2", r2(), events));
    metrics.add(Metric.mean("mape", counts.relative, 0, INFINITY, counts.percentage));
    metrics.add(wape());
    metrics.add(Metric.mean("smape", counts.symmetric, 0, 2, events));
    metrics.add(combined("bias", -1, 1, -INFINITY));
    metrics.add(combined("pinball10", 0.1, 0.9, 0));
    metrics.add(combined("pinball90", 0.9, 0.1, 0));
    return metrics;
  }

  /** Mean of underFactor x (too low by) + overFactor x (too high by). */
  private Metric combined(String name, double underFactor, double overFactor, double min) {
    if (events.undefined()) {
      return Metric.undefined(name, events);
    }
    BigDecimal under = BigDecimal.valueOf(underFactor);
    BigDecimal over = BigDecimal.valueOf(overFactor);
    BigDecimal sum =
        under
            .multiply(counts.under.sum.toBigDecimal())
            .add(over.multiply(counts.over.sum.toBigDecimal()));
    BigDecimal squares =
        under
            .pow(2)
            .multiply(counts.under.squares.toBigDecimal())
            .add(over.pow(2).multiply(counts.over.squares.toBigDecimal()));
    Double se = Moments.standardError(sum, squares, events);
    return Metric.normal(name, sum.doubleValue() / events.weight(), se, min, INFINITY, events);
  }

  private BigDecimal squaredErrors() {
    return counts.under.squares.toBigDecimal().add(counts.over.squares.toBigDecimal());
  }

  private @Nullable Double rmse() {
    return events.undefined() || squaredErrors().signum() < 0
        ? null
        : Math.sqrt(squaredErrors().doubleValue() / events.weight());
  }

  /** 1 - SSE / SST; undefined when all outcomes are equal. */
  private @Nullable Double r2() {
    if (events.undefined() || squaredErrors().signum() < 0) {
      return null;
    }
    BigDecimal weight = new BigDecimal(events.weight());
    BigDecimal sum = counts.outcome.sum.toBigDecimal();
    BigDecimal spread =
        counts.outcome.squares.toBigDecimal().multiply(weight).subtract(sum.multiply(sum));
    if (spread.signum() <= 0) {
      return null;
    }
    return 1 - squaredErrors().multiply(weight).doubleValue() / spread.doubleValue();
  }

  /** Sum of |error| over sum of |outcome|; standard error by the delta method. */
  private Metric wape() {
    double magnitude = counts.magnitude.sum.doubleValue();
    if (events.undefined() || !(magnitude > 0)) {
      return Metric.undefined("wape", events);
    }
    double error = counts.under.sum.doubleValue() + counts.over.sum.doubleValue();
    double ratio = error / magnitude;
    double variance =
        squaredErrors().doubleValue()
            - 2 * ratio * counts.errorTimesMagnitude.sum.doubleValue()
            + ratio * ratio * counts.magnitude.squares.doubleValue();
    double n = events.effectiveN();
    Double se =
        n > 1
            ? Math.sqrt(Math.max(0, variance) / events.weight() / (n - 1))
                / (magnitude / events.weight())
            : null;
    return Metric.normal("wape", ratio, se, 0, INFINITY, events);
  }
}
