package dev.runway.grafana;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The files in {@code deploy/prometheus}, and everything else that asks Prometheus. */
class PrometheusRulesTest {
  private static final Path FOLDER = Path.of("../deploy/prometheus");
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final Pattern NAME = Pattern.compile("\\b(?:flink|runway)_\\w+");

  private static List<JsonNode> rules() throws IOException {
    List<JsonNode> rules = new ArrayList<>();
    for (JsonNode group : YAML.readTree(FOLDER.resolve("rules.yaml").toFile()).get("groups")) {
      group.get("rules").forEach(rules::add);
    }
    return rules;
  }

  @Test
  void rule_saysWhatIsWrongAndLeadsToItsRunbook() throws IOException {
    assertThat(rules()).extracting(rule -> rule.get("alert").asText()).doesNotHaveDuplicates();
    for (JsonNode rule : rules()) {
      assertThat(rule.at("/labels/severity").asText()).isIn("critical", "error", "warning");
      assertThat(rule.at("/annotations/summary").asText()).isNotBlank();
      AlertRulesTest.requireRunbook(rule.at("/annotations/runbook_url").asText());
    }
  }

  @Test
  void runbook_isOfAnAlert() throws IOException {
    Set<String> alerts = new HashSet<>();
    for (JsonNode rule : rules()) {
      alerts.add(rule.at("/annotations/runbook_url").asText());
    }
    for (AlertRule rule : AlertRulesTest.rules()) {
      alerts.add(rule.json().at("/annotations/runbook_url").asText());
    }
    for (String line : Files.readAllLines(Path.of("../docs/runbooks.md"))) {
      if (line.startsWith("## ")) {
        assertThat(alerts)
            .contains("docs/runbooks.md#" + line.substring(3).toLowerCase(java.util.Locale.ROOT));
      }
    }
  }

  @Test
  void rule_hasACaseInWhichItFiresAndOneInWhichItDoesNot() throws IOException {
    Set<String> firing = new HashSet<>();
    Set<String> silent = new HashSet<>();
    for (JsonNode test : YAML.readTree(FOLDER.resolve("rules.test.yaml").toFile()).get("tests")) {
      for (JsonNode each : test.get("alert_rule_test")) {
        (each.get("exp_alerts").isEmpty() ? silent : firing).add(each.get("alertname").asText());
      }
    }
    for (JsonNode rule : rules()) {
      assertThat(firing).contains(rule.get("alert").asText());
      assertThat(silent).contains(rule.get("alert").asText());
    }
  }

  /** Where Prometheus' own tool is installed it runs those cases: Debian's package prometheus. */
  @Test
  void cases_holdByPrometheusOwnTool() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/promtool")), "promtool is not installed");

    Process promtool =
        new ProcessBuilder("/usr/bin/promtool", "test", "rules", "rules.test.yaml")
            .directory(FOLDER.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(promtool.waitFor()).as(output).isZero();
  }

  /** As they were scraped from a stack with all five jobs and the control API. */
  @Test
  void metric_isOneThatIsThere() throws IOException {
    Set<String> there =
        new HashSet<>(Files.readAllLines(Path.of("src/test/resources/scraped-metrics.txt")));
    List<String> asked = new ArrayList<>();
    rules().forEach(rule -> asked.add(rule.get("expr").asText()));
    AlertRulesTest.rules().stream().filter(r -> !r.isSql()).forEach(r -> asked.add(r.promql()));
    for (String dashboard : Dashboards.files().values()) {
      DashboardsTest.read(dashboard).findValues("expr").forEach(each -> asked.add(each.asText()));
    }
    for (String expression : asked) {
      Matcher name = NAME.matcher(expression);
      while (name.find()) {
        assertThat(there).as(expression).contains(name.group());
      }
    }
    assertThat(asked).hasSizeGreaterThan(30);
  }
}
