package dev.runway.grafana;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The files in {@code provisioning/}, which Grafana reads when it starts. */
class AlertRulesTest {
  static final Path FILE = Path.of("provisioning/alerting/runway.yaml");
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  static List<AlertRule> rules() throws IOException {
    return AlertRule.of(FILE);
  }

  @Test
  void thresholds_areThoseOfTheObjectives() throws IOException {
    Map<String, Double> limits =
        rules().stream()
            .collect(
                Collectors.toMap(
                    AlertRule::uid,
                    rule ->
                        rule.json()
                            .at("/data/2/model/conditions/0/evaluator/params/0")
                            .asDouble()));

    assertThat(limits)
        .containsOnly(
            Map.entry("runway-freshness", 7_200.0),
            Map.entry("runway-coverage", 0.9),
            Map.entry("runway-success", 0.9),
            Map.entry("runway-precision", 0.8),
            Map.entry("runway-alert-precision", 0.9),
            Map.entry("runway-master", 259_200.0),
            Map.entry("runway-roll-ups", 43_200.0),
            Map.entry("runway-impact-latency", 1.0));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void rule_isAQueryAReductionAndAThreshold(AlertRule rule) {
    JsonNode json = rule.json();

    assertThat(json.get("condition").asText()).isEqualTo("C");
    assertThat(json.get("data"))
        .map(each -> each.get("refId").asText())
        .containsExactly("A", "B", "C");
    for (JsonNode part : json.get("data")) {
      assertThat(part.at("/model/refId")).isEqualTo(part.get("refId"));
      assertThat(part.at("/relativeTimeRange/from").asInt()).isPositive();
    }
    assertThat(json.at("/data/0/datasourceUid").asText()).isIn(sources());
    assertThat(json.at("/data/1/model/expression").asText()).isEqualTo("A");
    assertThat(json.at("/data/2/model/expression").asText()).isEqualTo("B");
    assertThat(json.at("/labels/severity").asText()).isIn("critical", "error", "warning");
    assertThat(json.at("/annotations/summary").asText()).isNotBlank();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void rule_leadsToItsPanelAndItsRunbook(AlertRule rule) throws IOException {
    JsonNode annotations = rule.json().get("annotations");
    JsonNode dashboard =
        DashboardsTest.read(
            Dashboards.files().get(rule.json().get("dashboardUid").asText() + ".json"));

    assertThat(DashboardsTest.shown(dashboard))
        .map(panel -> panel.get("id").asText())
        .contains(rule.json().get("panelId").asText());
    requireRunbook(annotations.get("runbook_url").asText());
  }

  /** A heading of the runbooks, as links name it. */
  static void requireRunbook(String url) throws IOException {
    assertThat(url).startsWith("docs/runbooks.md#");
    List<String> anchors =
        Files.readAllLines(Path.of("../docs/runbooks.md")).stream()
            .filter(line -> line.startsWith("#"))
            .map(line -> line.replaceAll("^#+ ", "").toLowerCase(java.util.Locale.ROOT))
            .toList();
    assertThat(anchors).contains(url.substring(url.indexOf('#') + 1));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void ruleOfTheTables_readsViewsOfTheContractAlone(AlertRule rule) {
    if (rule.isSql()) {
      DashboardsTest.requireViews(rule.uid(), rule.sql(), "v_\\w+");
    }
  }

  @Test
  void sources_areThoseThatDashboardsChoose() throws IOException {
    for (String dashboard : Dashboards.files().values()) {
      for (JsonNode variable : DashboardsTest.read(dashboard).at("/templating/list")) {
        if (variable.get("type").asText().equals("datasource")) {
          assertThat(variable.at("/current/value").asText()).isIn(sources());
        }
      }
    }
    JsonNode postgres = source("runway-pg");
    assertThat(postgres.get("user").asText()).isEqualTo("runway_reader");
    assertThat(postgres.at("/jsonData/database").asText()).isNotBlank();
    assertThat(postgres.at("/secureJsonData/password").asText()).isEqualTo("${RUNWAY_PG_PASSWORD}");
  }

  private static List<String> sources() {
    return List.of("runway-pg", "runway-prometheus");
  }

  private static JsonNode source(String uid) throws IOException {
    for (JsonNode source :
        YAML.readTree(Path.of("provisioning/datasources/runway.yaml").toFile())
            .get("datasources")) {
      if (source.get("uid").asText().equals(uid)) {
        return source;
      }
    }
    throw new AssertionError(uid);
  }
}
