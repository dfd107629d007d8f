package dev.runway.control.metaflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.runway.cli.Verbs;
import dev.runway.control.RunningApi;
import dev.runway.lineage.metaflow.FlowRun;
import dev.runway.lineage.metaflow.MetaflowFolder;
import dev.runway.testkit.PostgresDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** A flow that Metaflow itself has run, and what the command line imports of it. */
class MetaflowRunITCase {
  @Order(1)
  @RegisterExtension
  static final PostgresDatabase POSTGRES = new PostgresDatabase();

  @Order(3)
  @RegisterExtension
  static final RunningApi API = new RunningApi(POSTGRES, "127.0.0.1:1", Map.of());

  @TempDir static Path folder;

  @BeforeAll
  static void run() throws Exception {
    String python = MetaflowPython.command();
    Path flow = folder.resolve("train_ranker.py");
    try (InputStream in =
        MetaflowRunITCase.class.getResourceAsStream("/metaflow/train_ranker.py")) {
      Files.copy(Objects.requireNonNull(in), flow);
    }
    MetaflowPython.Ran ran =
        MetaflowPython.run(
            List.of(
                python,
                flow.toString(),
                "run",
                "--tag",
                "runway.reads:dataset:s3://clicks",
                "--tag",
                "runway.writes:feature:rank"),
            folder,
            Map.of(
                "USER", "tester",
                "METAFLOW_USER", "tester",
                "METAFLOW_HOME", folder.toString(),
                "METAFLOW_DEFAULT_METADATA", "local",
                "METAFLOW_DEFAULT_DATASTORE", "local",
                "METAFLOW_DATASTORE_SYSROOT_LOCAL", folder.toString()));
    assertThat(ran.exit()).as(ran.output()).isZero();
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
  void lineageOfTheRun_isImportedByTheCommandLine() throws IOException {
    FlowRun run = MetaflowFolder.read(folder).runs().get(0);
    API.post(
        "/v1/models",
        """
        {"model_id": "ranker", "owner": "ada", "team": "ranking", "tier": 1,
         "judging": {"task": "BINARY", "horizon": "P7D"}}
        """);
    API.post(
        "/v1/models/ranker/versions",
        "{\"version\": \"1\", \"training_run\": \"TrainRanker/%s\"}".formatted(run.run()));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine runway = new CommandLine(CommandSpec.create().name("runway"));
    Verbs.addTo(
        runway,
        Map.of("RUNWAY_TOKEN", API.token(), "RUNWAY_SERVER", API.address()),
        Optional::empty);
    runway.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

    int exit = runway.execute("import", "metaflow", folder.toString(), "--json");

    assertThat(exit).as(err.toString()).isZero();
    assertThat(err.toString()).isEmpty();
    JsonNode item = new ObjectMapper().readTree(out.toString()).at("/items/0");
    assertThat(item.path("what").asText()).isEqualTo("TrainRanker/" + run.run());
    assertThat(item.path("left_out")).isEmpty();
    assertThat(below("dataset:s3://clicks"))
        .contains("pipeline:metaflow/TrainRanker", "feature:rank", "version:ranker/1");
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
}
