package dev.runway.grafana;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One alert rule that Grafana evaluates: a query, its last value, and a threshold.
 *
 * @param json as in its file
 */
public record AlertRule(JsonNode json) {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  /** All rules of a file for provisioning. */
  public static List<AlertRule> of(Path file) throws IOException {
    List<AlertRule> rules = new ArrayList<>();
    for (JsonNode group : YAML.readTree(file.toFile()).get("groups")) {
      group.get("rules").forEach(rule -> rules.add(new AlertRule(rule)));
    }
    return rules;
  }

  public String uid() {
    return json.get("uid").asText();
  }

  public boolean isSql() {
    return json.at("/data/0/model").has("rawSql");
  }

  /** As PostgreSQL gets it but for macros: Grafana replaces no variables in a rule. */
  public String sql() {
    return json.at("/data/0/model/rawSql").asText();
  }

  public String promql() {
    return json.at("/data/0/model/expr").asText();
  }

  /** Whether a row of the answer, with its one number, is beyond the threshold. */
  public boolean fires(Map<String, Object> row) {
    JsonNode evaluator = json.at("/data/2/model/conditions/0/evaluator");
    double limit = evaluator.at("/params/0").asDouble();
    double value =
        row.values().stream()
            .filter(Number.class::isInstance)
            .mapToDouble(number -> ((Number) number).doubleValue())
            .findFirst()
            .orElseThrow();
    return evaluator.get("type").asText().equals("gt") ? value > limit : value < limit;
  }

  @Override
  public String toString() {
    return uid();
  }
}
