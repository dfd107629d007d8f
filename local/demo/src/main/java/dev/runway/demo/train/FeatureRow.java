package dev.runway.demo.train;

import dev.runway.model.FeatureSink;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Named features of one case, in order: numbers, NaN when missing, and categories. */
public final class FeatureRow {
  private final Map<String, Object> values = new LinkedHashMap<>();

  /** Adds a number; NaN means missing. */
  public FeatureRow number(String name, double value) {
    values.put(name, value);
    return this;
  }

  /** Adds a category. */
  public FeatureRow category(String name, String value) {
    values.put(name, value);
    return this;
  }

  /** The same features and one more number. */
  public FeatureRow with(String name, double value) {
    FeatureRow more = new FeatureRow();
    more.values.putAll(values);
    return more.number(name, value);
  }

  /** Names in their order. */
  public Set<String> names() {
    return Collections.unmodifiableSet(values.keySet());
  }

  /** Whether a feature is a number, also where it is missing. */
  public boolean isNumber(String name) {
    return values.get(name) instanceof Double;
  }

  /** Hands every feature on, as events carry them. */
  public void writeTo(FeatureSink sink) {
    values.forEach(
        (name, value) -> {
          if (value instanceof Double number) {
            if (number.isNaN()) {
              sink.missing(name);
            } else {
              sink.number(name, number);
            }
          } else {
            sink.category(name, (String) value);
          }
        });
  }

  Map<String, Object> values() {
    return values;
  }
}
