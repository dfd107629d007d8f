package dev.runway.bench.control;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Figures about one thing.
 *
 * @param of the case that found them, with its size
 * @param what it is about
 * @param figures by name with its unit last, in the order they are shown
 */
public record Finding(
    @JsonProperty("of") String of,
    @JsonProperty("what") String what,
    @JsonProperty("figures") Map<String, Double> figures) {

  public Finding {
    figures = new LinkedHashMap<>(figures);
  }
}
