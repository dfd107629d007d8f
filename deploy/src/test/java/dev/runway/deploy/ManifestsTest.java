package dev.runway.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What can be known of the manifests without a Kubernetes: form, names, and that settings exist.
 */
class ManifestsTest {
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path KUBERNETES = ROOT.resolve("deploy/kubernetes");
  private static final YAMLMapper YAML = new YAMLMapper();

  /** Newest version of Flink that the schema at hand knows by its name: it is older than ours. */
  private static final String KNOWN_VERSION = "v1_20";

  /** What of the local stack's configuration is of one machine, or is the operator's to say. */
  static final Pattern LOCAL =
      Pattern.compile(
          "parallelism\\.default|high-availability\\..*|zookeeper\\..*|heartbeat\\..*"
              + "|(jobmanager|taskmanager|rest|blob)\\..*"
              + "|web\\.(access-control-allow-origin|refresh-interval)"
              + "|execution\\.checkpointing\\.(interval|min-pause|timeout|dir|savepoint-dir)"
              + "|restart-strategy\\.exponential-delay\\.(initial-backoff|max-backoff|reset-.*)"
              + "|metrics\\.reporter\\.prom\\..*");

  static JsonNode yaml(Path file) throws IOException {
    return YAML.readTree(file.toFile());
  }

  /** As kustomize lays a patch over: objects field by field, anything else whole. */
  private static JsonNode laidOver(JsonNode base, JsonNode patch) {
    if (!base.isObject() || !patch.isObject()) {
      return patch;
    }
    ObjectNode both = base.deepCopy();
    patch
        .properties()
        .forEach(
            field -> {
              JsonNode below = base.get(field.getKey());
              both.set(
                  field.getKey(),
                  below == null ? field.getValue() : laidOver(below, field.getValue()));
            });
    return both;
  }

  private static JsonNode job(String name) throws IOException {
    JsonNode own = yaml(KUBERNETES.resolve("jobs/" + name + ".yaml"));
    ObjectNode patch = yaml(KUBERNETES.resolve("flink.yaml")).deepCopy();
    patch.remove("metadata"); // It goes to all, whatever their names.
    return laidOver(own, patch);
  }

  /**
   * Kubernetes drops fields that it does not know, which would be a typing error; here they fail.
   */
  private static void close(JsonNode schema) {
    if (schema instanceof ObjectNode object) {
      if (object.has("properties")
          && !object.has("additionalProperties")
          && !object.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
        object.put("additionalProperties", false);
      }
      if (object.path("x-kubernetes-int-or-string").asBoolean()) {
        object.remove("type");
      }
    }
    schema.forEach(ManifestsTest::close);
  }

  private static JsonSchema schema() throws IOException {
    String crd = "/META-INF/fabric8/flinkdeployments.flink.apache.org-v1.yml";
    try (InputStream in = Objects.requireNonNull(ManifestsTest.class.getResourceAsStream(crd))) {
      JsonNode spec =
          YAML.readTree(in).at("/spec/versions/0/schema/openAPIV3Schema/properties/spec");
      close(spec);
      return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(spec);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "groundtruth-join",
        "drift-monitor",
        "embedding-stability",
        "retrain-trigger",
        "result-tables"
      })
  void job_isWhatTheOperatorTakes(String name) throws IOException {
    JsonNode job = job(name);
    ObjectNode spec = (ObjectNode) job.get("spec");

    assertThat(job.at("/metadata/name").asText()).isEqualTo(name);
    assertThat(spec.get("flinkVersion").asText())
        .isEqualTo("v" + flinkVersion().replaceFirst("\\.[0-9]+$", "").replace('.', '_'));
    spec.put("flinkVersion", KNOWN_VERSION);
    assertThat(schema().validate(spec)).isEmpty();
    spec.put("upgradeMod", "typed wrong");
    assertThat(schema().validate(spec)).hasSize(1);
  }

  /** What a job may see: its own settings, and of the secrets the files that these name. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "groundtruth-join",
        "drift-monitor",
        "embedding-stability",
        "retrain-trigger",
        "result-tables"
      })
  void job_seesItsOwnSecretsAlone(String name) throws IOException {
    JsonNode volumes = job(name).at("/spec/podTemplate/spec/volumes");
    JsonNode secret = volumes.get(1).get("secret");
    Set<String> named = new TreeSet<>();
    Matcher file =
        Pattern.compile("/etc/runway/secrets/([A-Za-z0-9_.-]+)")
            .matcher(Files.readString(KUBERNETES.resolve("settings/" + name + ".properties")));
    while (file.find()) {
      named.add(file.group(1));
    }

    assertThat(secret.get("secretName").asText()).isEqualTo("runway-" + name);
    assertThat(secret.get("items"))
        .extracting(item -> item.get("key").asText())
        .containsExactlyInAnyOrderElementsOf(named);
    assertThat(volumes.get(0).at("/configMap/items"))
        .extracting(item -> item.get("path").asText())
        .containsExactly(name + ".properties");
    assertThat(job(name).toString().contains("runway_writer"))
        .isEqualTo(name.equals("result-tables"));
  }

  /** The scripts that CronJobs run are in the image, and say what they are given. */
  @Test
  void cronJobs_runScriptsOfTheImage() throws IOException {
    List<JsonNode> documents = new ArrayList<>();
    try (MappingIterator<JsonNode> all =
        YAML.readerFor(JsonNode.class).readValues(KUBERNETES.resolve("archive.yaml").toFile())) {
      all.forEachRemaining(documents::add);
    }
    String image = Files.readString(ROOT.resolve("deploy/containers/jobs.Containerfile"));
    Set<String> ran = new TreeSet<>();
    for (JsonNode document : documents) {
      JsonNode container = document.at("/spec/jobTemplate/spec/template/spec/containers/0");
      if (container.isMissingNode()) {
        continue;
      }
      String script = container.at("/command/1").asText().replaceFirst(".*/", "");
      String text = Files.readString(ROOT.resolve("deploy/systemd").resolve(script));
      ran.add(script);
      assertThat(image).contains("deploy/systemd/" + script);
      for (JsonNode given : container.get("env")) {
        assertThat(text).contains(given.get("name").asText());
      }
      assertThat(document.at("/spec/concurrencyPolicy").asText()).isEqualTo("Forbid");
    }
    assertThat(ran).containsExactly("archive.sh", "batch.sh");
    assertThat(Files.readString(KUBERNETES.resolve("archive.yaml")))
        .contains(
            "RUNWAY_ARCHIVE, value: \""
                + settings(KUBERNETES.resolve("settings/groundtruth-join.properties"))
                    .getProperty("runway.archive.folder"));
  }

  static String flinkVersion() throws IOException {
    String pom = Files.readString(ROOT.resolve("pom.xml"));
    return pom.split("<flink.version>", 2)[1].split("<", 2)[0];
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "groundtruth-join",
        "drift-monitor",
        "embedding-stability",
        "retrain-trigger",
        "result-tables"
      })
  void job_startsWhatTheImageHolds(String name) throws IOException {
    JsonNode job = job(name).at("/spec/job");
    String main = job.get("entryClass").asText();
    Path source = Path.of("src/main/java", main.replace('.', '/') + ".java");

    assertThat(ROOT.resolve("jobs").resolve(name).resolve(source)).exists();
    assertThat(job.get("jarURI").asText()).isEqualTo("local:///opt/flink/usrlib/" + name + ".jar");
    assertThat(Files.readString(ROOT.resolve("deploy/containers/jobs.Containerfile")))
        .contains(
            """
            FROM base AS %1$s
            COPY jobs/%1$s/target/runway-%1$s-*-job.jar /opt/flink/usrlib/%1$s.jar

            """
                .formatted(name))
        .contains("FROM docker.io/library/flink:" + flinkVersion() + "-java17 AS base");
    assertThat(job.get("args"))
        .extracting(JsonNode::asText)
        .containsExactly("--config", "/etc/runway/settings/" + name + ".properties");
  }

  @Test
  void flinksConfiguration_isTheOneWeRunWith() throws IOException {
    JsonNode ours = yaml(ROOT.resolve("flink-conf/config.yaml"));
    JsonNode theirs = job("drift-monitor").at("/spec/flinkConfiguration");
    List<String> differ = new ArrayList<>();

    for (Map.Entry<String, JsonNode> setting : ours.properties()) {
      String key = setting.getKey();
      if (!LOCAL.matcher(key).matches()
          && !theirs.path(key).asText().equals(setting.getValue().asText())) {
        differ.add(key);
      }
    }

    assertThat(ours.size()).isGreaterThan(50);
    assertThat(differ).isEmpty();
  }

  /** Of the operator as of Flink a setting is text, and a number would be refused. */
  @Test
  void flinksConfiguration_isText() throws IOException {
    for (JsonNode value : job("result-tables").at("/spec/flinkConfiguration")) {
      assertThat(value.isTextual()).as(value.toString()).isTrue();
    }
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
    requireKnown(KUBERNETES.resolve("settings/" + name + ".properties"), name);
  }

  static Properties settings(Path file) throws IOException {
    Properties given = new Properties();
    try (Reader in = Files.newBufferedReader(file, UTF_8)) {
      given.load(in);
    }
    return given;
  }

  /** Only options that the program has, all that it requires, and no password among them. */
  static void requireKnown(Path file, String name) throws IOException {
    Properties given = settings(file);
    Set<String> known = new TreeSet<>();
    Set<String> required = new TreeSet<>();
    for (String line :
        Files.readAllLines(ROOT.resolve("docs/configuration/" + name + ".md"), UTF_8)) {
      if (line.startsWith("| `")) {
        String option = line.substring(3, line.indexOf('`', 3));
        known.add(option);
        if (line.contains("| required |")) {
          required.add(option);
        }
      }
    }

    assertThat(known).containsAll(given.stringPropertyNames());
    assertThat(given.stringPropertyNames()).containsAll(required);
    assertThat(given.toString()).doesNotContain("password=");
  }

  @Test
  void kustomization_namesEveryFile() throws IOException {
    JsonNode kustomization = yaml(KUBERNETES.resolve("kustomization.yaml"));
    Set<String> named = new TreeSet<>(List.of("kustomization.yaml"));
    kustomization.get("resources").forEach(each -> named.add(each.asText()));
    kustomization.get("patches").forEach(each -> named.add(each.get("path").asText()));
    kustomization.at("/configMapGenerator/0/files").forEach(each -> named.add(each.asText()));

    try (Stream<Path> files = Files.walk(KUBERNETES)) {
      assertThat(files.filter(Files::isRegularFile).map(KUBERNETES::relativize).map(Path::toString))
          .containsExactlyInAnyOrderElementsOf(named);
    }
  }

  @Test
  void images_areThoseOfThisVersion() throws IOException {
    String version = "0.1.0";
    for (String name : AlertFiles.JOBS) {
      assertThat(job(name).at("/spec/image").asText())
          .isEqualTo("registry.example/runway-" + name + ":" + version);
    }
    JsonNode images = yaml(KUBERNETES.resolve("kustomization.yaml")).get("images");
    assertThat(images)
        .extracting(image -> image.get("name").asText(), image -> image.get("newTag").asText())
        .containsExactly(
            tuple("runway-control", version), tuple("runway-groundtruth-join", version));
    assertThat(Files.readString(ROOT.resolve("pom.xml")))
        .contains("<version>" + version + "-SNAPSHOT</version>");
  }
}
