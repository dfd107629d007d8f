package dev.runway.control.metaflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.runway.control.RunningApi;
import dev.runway.testkit.PostgresDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A flow that Metaflow itself has run. Skipped where {@code RUNWAY_TEST_PYTHON} (or {@code
 * python3}) has no package metaflow.
 */
class MetaflowRunITCase {
  private static final String PYTHON =
      Objects.requireNonNullElse(System.getenv("RUNWAY_TEST_PYTHON"), "python3");

  @Order(1)
  @RegisterExtension
  static final PostgresDatabase POSTGRES = new PostgresDatabase();

  @Order(3)
  @RegisterExtension
  static final RunningApi API = new RunningApi(POSTGRES, "127.0.0.1:1", Map.of());

  @TempDir static Path folder;

  @BeforeAll
  static void run() throws Exception {
    assumeTrue(runs("-c", "import metaflow"), PYTHON + " has no package metaflow");
    Path flow = folder.resolve("train_ranker.py");
    try (InputStream in =
        MetaflowRunITCase.class.getResourceAsStream("/metaflow/train_ranker.py")) {
      Files.copy(Objects.requireNonNull(in), flow);
    }
    assertThat(
            runs(
                flow.toString(),
                "run",
                "--tag",
                "runway.reads:dataset:s3://clicks",
                "--tag",
                "runway.writes:feature:rank"))
        .as(() -> log())
        .isTrue();
  }

  @Test
  void runOfMetaflow_isRead() throws IOException {
    MetaflowFolder.Reading reading = MetaflowFolder.read(folder);

    assertThat(reading.complaints()).isEmpty();
    assertThat(reading.runs()).hasSize(1);
    FlowRun run = reading.runs().get(0);
    assertThat(run.flow()).isEqualTo("TrainRanker");
    assertThat(run.user()).isEqualTo("tester");
    assertThat(run.startedBy()).containsExactly("BuildFeatures");
    assertThat(run.tags())
        .contains("runway.reads:dataset:s3://clicks", "runway.writes:feature:rank");
    assertThat(run.steps())
        .isEqualTo(
            Map.of(
                "start", List.of("load", "check"),
                "load", List.of("fit"),
                "fit", List.of("gather"),
                "gather", List.of("compare"),
                "check", List.of("compare"),
                "compare", List.of("end"),
                "end", List.of()));
  }

  @Test
  void lineageOfTheRun_isTakenUp() throws IOException {
    FlowRun run = MetaflowFolder.read(folder).runs().get(0);

    RunningApi.Reply reply = API.post("/v1/imports/lineage", run.lineage().json().toString());

    assertThat(reply.status()).as(reply.http().body()).isEqualTo(200);
    assertThat(reply.body().path("left_out").isEmpty()).isTrue();
    assertThat(below("dataset:s3://clicks"))
        .containsExactly("pipeline:metaflow/TrainRanker", "feature:rank");
    assertThat(below("pipeline:metaflow/TrainRanker/gather"))
        .contains("pipeline:metaflow/TrainRanker/end", "pipeline:metaflow/TrainRanker");
    assertThat(below("pipeline:metaflow/BuildFeatures")).contains("pipeline:metaflow/TrainRanker");
  }

  private static List<String> below(String node) {
    return API.get("/v1/graph/impact?node=" + node)
        .body()
        .at("/downstream/nodes")
        .findValuesAsText("node_id");
  }

  private static boolean runs(String... arguments) throws Exception {
    ProcessBuilder builder = new ProcessBuilder();
    builder.command().add(PYTHON);
    builder.command().addAll(List.of(arguments));
    builder.environment().put("USER", "tester");
    builder.environment().put("METAFLOW_USER", "tester");
    builder.environment().put("METAFLOW_DEFAULT_METADATA", "local");
    builder.environment().put("METAFLOW_DATASTORE_SYSROOT_LOCAL", folder.toString());
    builder.directory(folder.toFile());
    builder.redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile());
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      return false; // No such Python.
    }
    try {
      return process.waitFor(120, TimeUnit.SECONDS) && process.exitValue() == 0;
    } finally {
      process.destroyForcibly();
    }
  }

  private static String log() {
    try {
      return Files.readString(folder.resolve("log"));
    } catch (IOException e) {
      return e.toString();
    }
  }
}
