package dev.runway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** The signals that versions were judged by, a line each: the API keeps them by their names. */
final class Signals {
  static final String[] COLUMNS = {
    "model_version", "signal", "severity", "metric", "value", "warn", "critical", "evidence"
  };

  private Signals() {}

  /** A model's health with a list {@code signals} behind how stale its versions are. */
  static JsonNode beside(JsonNode health) {
    ObjectNode shown = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> field : health.properties()) {
      shown.set(field.getKey(), field.getValue());
      if (field.getKey().equals("staleness")) {
        shown.set("signals", of(field.getValue()));
      }
    }
    return shown;
  }

  private static ArrayNode of(JsonNode staleness) {
    ArrayNode signals = JsonNodeFactory.instance.arrayNode();
    for (JsonNode version : staleness) {
      for (Map.Entry<String, JsonNode> part : version.path("parts").properties()) {
        ObjectNode signal = signals.addObject();
        signal.set("model_version", version.path("model_version"));
        signal.put("signal", part.getKey());
        if (part.getValue() instanceof ObjectNode said) {
          signal.setAll(said);
        }
        signal.set("evidence", version.path("evidence").path(part.getKey()));
      }
    }
    return signals;
  }
}
