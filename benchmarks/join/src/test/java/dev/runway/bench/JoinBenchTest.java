package dev.runway.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command as users call it, small. */
class JoinBenchTest {
  @TempDir Path folder;

  @Test
  void quick_writesRowsAndTable() throws Exception {
    int exit = bench("--quick", "--cases", "ours,rocksdb,sampler", "--folder", folder.toString());

    assertThat(exit).isZero();
    JsonNode report = new ObjectMapper().readTree(folder.resolve("join.json").toFile());
    assertThat(report.path("machine").asText()).contains("cores");
    assertThat(report.path("rows")).hasSize(3);
    assertThat(report.path("rows").get(0).path("name").asText()).isEqualTo("groundtruth-join");
    assertThat(report.path("rows").get(0).path("cpu_ns_per_event").asDouble()).isPositive();
    assertThat(report.path("rows").get(1).path("kind").asText()).isEqualTo("limit");
    assertThat(report.path("rows").get(1).path("ratio_to_ours").asDouble()).isPositive();
    assertThat(folder.resolve("join.md"))
        .content()
        .contains("| groundtruth-join | ours | 2,048 |")
        .contains("| RocksDB put, get, delete | limit | 2,048 |");
  }

  @Test
  void unknownCase_isRefusedWithTheKnownOnes() {
    assertThat(bench("--quick", "--cases", "theirs")).isEqualTo(CommandLine.ExitCode.USAGE);
  }

  private static int bench(String... arguments) {
    return JoinBench.commandLine().execute(arguments);
  }
}
