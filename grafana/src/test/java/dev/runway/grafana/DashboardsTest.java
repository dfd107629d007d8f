package dev.runway.grafana;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The files in {@code dashboards/}, which Grafana loads. */
class DashboardsTest {
  static final Path FOLDER = Path.of("dashboards");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern READ = Pattern.compile("(?i)\\b(?:FROM|JOIN)\\s+([^\\s(),]+)");
  private static final Pattern COMMON = Pattern.compile("(?i)(?:WITH|,)\\s*(\\w+)\\s+AS\\s*\\(");

  /** {@code -Dgolden.write=true} writes them anew. */
  @BeforeAll
  static void write() throws IOException {
    if (Boolean.getBoolean("golden.write")) {
      Dashboards.write(FOLDER);
    }
  }

  @Test
  void files_areWhatTheCodeMakes() throws IOException {
    Map<String, String> made = Dashboards.files();

    try (Stream<Path> files = Files.list(FOLDER)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(made.keySet());
    }
    for (Map.Entry<String, String> file : made.entrySet()) {
      assertThat(Files.readString(FOLDER.resolve(file.getKey())))
          .as("%s: -Dgolden.write=true writes it", file.getKey())
          .isEqualTo(file.getValue());
    }
  }

  static Stream<JsonNode> dashboards() {
    return Dashboards.files().values().stream().map(DashboardsTest::read);
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void dashboard_isValidByGrafanasSchema(JsonNode dashboard) throws IOException {
    try (InputStream text =
        DashboardsTest.class.getResourceAsStream(
            "/grafana-foundation-sdk/dashboard.jsonschema.json")) {
      ObjectNode published = (ObjectNode) JSON.readTree(text);
      // Where Grafana takes any value the published schema says object, of all things: its own
      // dashboards have strings and arrays there.
      ObjectNode definitions = (ObjectNode) published.get("definitions");
      anything((ObjectNode) definitions.at("/MatcherConfig/properties"), "options");
      anything((ObjectNode) definitions.at("/DynamicConfigValue/properties"), "value");
      JsonSchema schema =
          JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(published);

      assertThat(schema.validate(dashboard)).isEmpty();
    }
  }

  private static void anything(ObjectNode properties, String name) {
    assertThat(properties.at("/" + name + "/type").asText()).isEqualTo("object");
    properties.putObject(name);
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void dashboard_isReadyToBeProvisioned(JsonNode dashboard) {
    assertThat(dashboard.get("id").isNull()).isTrue();
    assertThat(dashboard.get("editable").asBoolean()).isFalse();
    assertThat(dashboard.get("tags")).map(JsonNode::asText).contains("runway");
    assertThat(dashboard.get("description").asText()).endsWith(".");
    assertThat(dashboard.has("__inputs")).isFalse();
    assertThat(dashboard.toString()).doesNotContain("${DS_");
    assertThat(dashboard.get("links")).hasSize(2);
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void panel_saysWhatItShows(JsonNode dashboard) {
    for (JsonNode panel : shown(dashboard)) {
      assertThat(panel.get("title").asText()).as("title").isNotBlank();
      assertThat(panel.get("description").asText()).as("of %s", panel.get("title")).endsWith(".");
      assertThat(panel.at("/fieldConfig/defaults/unit").asText()).isNotBlank();
      assertThat(panel.at("/fieldConfig/defaults/thresholds/steps")).isNotEmpty();
      assertThat(panel.get("targets")).isNotEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void panels_haveIdsOfTheirOwnAndStandBesideEachOther(JsonNode dashboard) {
    assertThat(dashboard.get("panels"))
        .map(panel -> panel.get("id").asInt())
        .doesNotHaveDuplicates();
    Set<List<Integer>> taken = new HashSet<>();
    for (JsonNode panel : dashboard.get("panels")) {
      JsonNode place = panel.get("gridPos");
      int x = place.get("x").asInt();
      int y = place.get("y").asInt();
      assertThat(x + place.get("w").asInt()).isLessThanOrEqualTo(24);
      for (int column = x; column < x + place.get("w").asInt(); column++) {
        for (int row = y; row < y + place.get("h").asInt(); row++) {
          assertThat(taken.add(List.of(column, row))).as("free: %s", panel.get("title")).isTrue();
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void source_isChosenAboveTheDashboard(JsonNode dashboard) {
    List<String> variables = names(dashboard);
    for (JsonNode source : dashboard.findValues("datasource")) {
      assertThat(source.get("uid").asText()).isIn("${datasource}", "${prometheus}");
      assertThat(variables).contains(source.get("uid").asText().replaceAll("[${}]", ""));
    }
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void variable_isKnownBeforeItIsUsed(JsonNode dashboard) {
    List<String> known = new ArrayList<>();
    Matcher used = Pattern.compile("\\$\\{(\\w+)").matcher("");
    for (JsonNode variable : dashboard.at("/templating/list")) {
      used.reset(variable.path("query").asText());
      while (used.find()) {
        assertThat(known).contains(used.group(1));
      }
      known.add(variable.get("name").asText());
    }
    used.reset(dashboard.get("panels").toString() + dashboard.get("annotations"));
    while (used.find()) {
      if (!used.group(1).startsWith("__")) {
        assertThat(known).contains(used.group(1));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void query_readsViewsOfTheContractAlone(JsonNode dashboard) {
    for (Query query : Query.of(dashboard)) {
      if (!query.place().equals("variable schema")) {
        requireViews(query.toString(), query.sql(), "\\$\\{schema:raw\\}\\.v_\\w+");
      }
    }
  }

  /** Of no values Grafana makes {@code IN ()}, which is an error in every panel. */
  @ParameterizedTest
  @MethodSource("dashboards")
  void severalValues_areAnArray(JsonNode dashboard) {
    for (JsonNode variable : dashboard.at("/templating/list")) {
      if (variable.path("multi").asBoolean()) {
        String used = "${" + variable.get("name").asText() + ":";
        for (Query query : Query.of(dashboard)) {
          assertThat(query.sql().replace("ARRAY[" + used, ""))
              .as(query.toString())
              .doesNotContain(used);
        }
      }
    }
  }

  /** What a query reads is a view, one of its own subqueries, or a function's rows. */
  static void requireViews(String name, String sql, String view) {
    Set<String> own = new HashSet<>();
    Matcher common = COMMON.matcher(sql);
    while (common.find()) {
      own.add(common.group(1));
    }
    String queries = sql.replaceAll("(?i)extract\\(epoch FROM|IS DISTINCT FROM", "");
    Matcher read = READ.matcher(queries);
    boolean any = false;
    while (read.find()) {
      String source = read.group(1);
      if (!source.equalsIgnoreCase("LATERAL")
          && !source.startsWith("jsonb_")
          && !own.contains(source)) {
        assertThat(source).as(name).matches(view);
        any = true;
      }
    }
    assertThat(any).as("%s reads something", name).isTrue();
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void series_areInTheOrderOfTime(JsonNode dashboard) {
    for (Query query : Query.of(dashboard)) {
      if (query.kind() == Query.Kind.TIME_SERIES) {
        assertThat(query.sql()).as(query.toString()).containsPattern("\\bAS time\\b");
        assertThat(query.sql().substring(query.sql().lastIndexOf("ORDER BY")))
            .as(query.toString())
            .matches("ORDER BY (1|1, 2|at|as_of|window_end_at)");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void groupsOfTime_haveALeastLength(JsonNode dashboard) {
    for (Query query : Query.of(dashboard)) {
      if (query.sql().contains("$__interval")) {
        assertThat(query.interval()).as(query.toString()).matches("\\d+[mhd]");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void link_leadsToADashboardThatIsThere(JsonNode dashboard) {
    List<String> uids = dashboards().map(each -> each.get("uid").asText()).toList();
    Matcher link = Pattern.compile("/d/([\\w-]+)\\?").matcher(dashboard.toString());
    while (link.find()) {
      assertThat(uids).contains(link.group(1));
    }
  }

  static List<JsonNode> shown(JsonNode dashboard) {
    return StreamSupport.stream(dashboard.get("panels").spliterator(), false)
        .filter(panel -> !panel.get("type").asText().equals("row"))
        .toList();
  }

  private static List<String> names(JsonNode dashboard) {
    List<String> names = new ArrayList<>();
    dashboard.at("/templating/list").forEach(each -> names.add(each.get("name").asText()));
    return names;
  }

  static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
