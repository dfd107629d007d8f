package dev.runway.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command as users call it, small. */
class DriftBenchTest {
  @TempDir Path folder;

  @Test
  void quick_writesRowsAndTable() throws Exception {
    int exit = bench("--quick", "--cases", "limit,memory", "--folder", folder.toString());

    assertThat(exit).isZero();
    JsonNode report = new ObjectMapper().readTree(folder.resolve("drift.json").toFile());
    assertThat(report.path("machine").asText()).contains("cores");
    assertThat(report.path("rows")).hasSize(6);
    assertThat(report.path("rows").get(0).path("kind").asText()).isEqualTo("limit");
    assertThat(report.path("rows").get(0).path("cpu_ns_per_event").asDouble()).isPositive();
    assertThat(folder.resolve("drift.md"))
        .content()
        .contains("| parsed and counted in a loop: Avro, 20 features, 5 models | limit | 105 |")
        .contains("| open tile: numeric | ours | 500 |");
  }

  @Test
  void unknownCase_isRefusedWithTheKnownOnes() {
    assertThat(bench("--quick", "--cases", "theirs")).isEqualTo(CommandLine.ExitCode.USAGE);
  }

  private static int bench(String... arguments) {
    return DriftBench.commandLine().execute(arguments);
  }
}
