package dev.runway.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A drift metric of a model's own: a SQL expression over what is known about one feature of one
 * window. What the expression may say is checked by the job that evaluates it.
 *
 * @param name matches {@link #NAME}; readings call it {@code custom:NAME}
 * @param expression 1 to {@link Limits#MAX_EXPRESSION} characters
 * @param threshold values above it are flagged; null when the metric decides nothing
 * @param features those it is measured of; empty means all
 */
public record SqlMetric(
    String name, String expression, @Nullable Double threshold, List<String> features) {

  /** 1 to 40 lower-case letters, digits and underscores, the first a letter. */
  public static final String NAME = "[a-z][a-z0-9_]{0,39}";

  public SqlMetric {
    features = Names.of(features);
  }

  /** Whether it is measured of a feature. */
  public boolean isOf(String feature) {
    return features.isEmpty() || features.contains(feature);
  }
}
