package dev.runway.driftmonitor.custom;

import dev.runway.flink.ModelDirectory;
import dev.runway.model.MalformedEvent;
import dev.runway.model.ModelDocument;
import dev.runway.model.Reason;
import dev.runway.model.SqlMetric;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The compiled expressions of model documents. */
final class SqlMetrics {
  /** Expressions kept, each some kilobytes. */
  private static final int MAX_KEPT = 10_000;

  private final List<String> taken;
  private final Map<String, Optional<SqlExpression>> compiled = new HashMap<>();

  /**
   * @param taken names of Java metrics, which come before
   */
  SqlMetrics(List<String> taken) {
    this.taken = taken;
  }

  /** The expression of a metric; null where it was objected to. */
  @Nullable SqlExpression of(SqlMetric metric) {
    if (taken.contains(metric.name())) {
      return null;
    }
    Optional<SqlExpression> known = compiled.get(metric.expression());
    if (known == null) {
      if (compiled.size() >= MAX_KEPT) {
        compiled.clear();
      }
      known = compile(metric.expression());
      compiled.put(metric.expression(), known);
    }
    return known.orElse(null);
  }

  private static Optional<SqlExpression> compile(String text) {
    try {
      return Optional.of(SqlExpression.compile(text));
    } catch (InvalidExpression e) {
      return Optional.empty();
    }
  }

  /**
   * Objects to the metrics of a document that cannot be evaluated.
   *
   * @param taken names of Java metrics
   */
  record Objection(List<String> taken) implements ModelDirectory.Objection {
    Objection {
      taken = List.copyOf(taken);
    }

    @Override
    public void raise(ModelDocument document) throws MalformedEvent {
      for (int i = 0; i < document.driftMetrics().size(); i++) {
        SqlMetric metric = document.driftMetrics().get(i);
        if (taken.contains(metric.name())) {
          throw new MalformedEvent(
              Reason.CONFLICT,
              "drift_metrics[" + i + "].name",
              metric.name() + " is a Java metric of runway.drift.metrics already");
        }
        try {
          SqlExpression.compile(metric.expression());
        } catch (InvalidExpression e) {
          throw new MalformedEvent(
              Reason.BAD_VALUE, "drift_metrics[" + i + "].expression", e.detail());
        }
      }
    }
  }
}
