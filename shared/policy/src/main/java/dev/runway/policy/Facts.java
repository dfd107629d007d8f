package dev.runway.policy;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What conditions speak of. What is not there is left out, never 0 in its place.
 *
 * @param signal severities and metrics of the window, by name
 * @param history the same of the last windows, the newest last
 * @param model fields of the model
 * @param age time since the end of the version's training data; null when not known
 */
public record Facts(
    Map<String, Double> signal,
    Map<String, List<Double>> history,
    Map<String, Object> model,
    @Nullable Duration age) {

  Map<String, Object> bindings() {
    Map<String, Object> bindings = new HashMap<>();
    bindings.put("signal", signal);
    bindings.put("history", history);
    bindings.put("model", model);
    if (age != null) {
      bindings.put("age", age);
    }
    return bindings;
  }
}
