package dev.runway.bench.control;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Figures about one thing.
 *
 * @param of the case that found them, with its size
 * @param what it is about
 * @param figures by name with its unit last, in the order they are shown
 * @param goals which of them must be at most what, by the same names
 */
public record Finding(
    @JsonProperty("of") String of,
    @JsonProperty("what") String what,
    @JsonProperty("figures") Map<String, Double> figures,
    @JsonProperty("goals") Map<String, Double> goals) {

  public Finding {
    figures = new LinkedHashMap<>(figures);
    goals = new LinkedHashMap<>(goals);
    if (!figures.keySet().containsAll(goals.keySet())) {
      throw new IllegalArgumentException("a goal for what is not measured: " + goals);
    }
  }

  /** One that has to be nothing in particular. */
  public Finding(String of, String what, Map<String, Double> figures) {
    this(of, what, figures, Map.of());
  }

  private double figure(String name) {
    return figures.getOrDefault(name, Double.NaN);
  }

  /** The goals that were missed, each in a line; a figure that is no number misses its goal. */
  @JsonProperty("missed")
  public List<String> missed() {
    return goals.entrySet().stream()
        .filter(goal -> !(figure(goal.getKey()) <= goal.getValue()))
        .map(
            goal ->
                String.format(
                    Locale.ROOT,
                    "%s, %s: %s is %.2f and should be at most %.2f",
                    of,
                    what,
                    goal.getKey(),
                    figure(goal.getKey()),
                    goal.getValue()))
        .toList();
  }
}
