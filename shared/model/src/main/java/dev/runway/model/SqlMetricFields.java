package dev.runway.model;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The metrics of a model document's own, as JSON. */
final class SqlMetricFields {
  private SqlMetricFields() {}

  static void write(JsonBytes out, SqlMetric metric) throws IOException {
    out.field("name", metric.name());
    out.field("expression", metric.expression());
    out.field("threshold", metric.threshold());
    out.field("features", metric.features());
  }

  /** An array of metrics, no two of one name. */
  static List<SqlMetric> read(StrictJson json) throws MalformedEvent {
    List<SqlMetric> metrics = new ArrayList<>();
    Set<String> names = new HashSet<>();
    json.enterArray();
    while (json.nextElement()) {
      if (metrics.size() == Limits.MAX_SQL_METRICS) {
        throw json.bad("at most " + Limits.MAX_SQL_METRICS + " metrics are accepted");
      }
      json.enterObject();
      SqlMetric metric = readMetric(json);
      if (!names.add(metric.name())) {
        throw json.bad("a metric before it has the same name");
      }
      metrics.add(metric);
    }
    return metrics;
  }

  private static SqlMetric readMetric(StrictJson json) throws MalformedEvent {
    @Nullable String name = null;
    @Nullable String expression = null;
    @Nullable Double threshold = null;
    List<String> features = List.of();
    for (String field = json.nextField(); field != null; field = json.nextField()) {
      if (json.isNull()) {
        continue;
      }
      switch (field) {
        case "name" -> name = nameOf(json);
        case "expression" -> expression = json.text(Limits.MAX_EXPRESSION);
        case "threshold" -> threshold = json.number(-Limits.MAX_VALUE, Limits.MAX_VALUE);
        case "features" -> features = featuresOf(json);
        default -> json.skip();
      }
    }
    if (name == null) {
      throw json.missingHere("name");
    }
    if (expression == null) {
      throw json.missingHere("expression");
    }
    return new SqlMetric(name, expression, threshold, features);
  }

  private static String nameOf(StrictJson json) throws MalformedEvent {
    String name = json.name();
    if (!name.matches(SqlMetric.NAME)) {
      throw json.bad(
          "1 to 40 lower-case letters, digits and _ are accepted, the first a letter; found "
              + name);
    }
    return name;
  }

  private static List<String> featuresOf(StrictJson json) throws MalformedEvent {
    List<String> features = new ArrayList<>();
    json.enterArray();
    while (json.nextElement()) {
      if (features.size() == Limits.MAX_METRIC_FEATURES) {
        throw json.bad("at most " + Limits.MAX_METRIC_FEATURES + " are accepted");
      }
      features.add(json.text(Limits.MAX_NAME));
    }
    return features;
  }
}
