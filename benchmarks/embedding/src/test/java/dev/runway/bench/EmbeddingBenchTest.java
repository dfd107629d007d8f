package dev.runway.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as users call it, small. */
class EmbeddingBenchTest {
  @TempDir Path folder;

  @Test
  void quickRun_writesRowsAndTable() throws Exception {
    int exit =
        EmbeddingBench.commandLine()
            .execute(
                "--quick",
                "--cases",
                "sampler,sampler-hash,pairs-128,pairs-128-ejml,traffic-512",
                "--folder",
                folder.toString());

    assertThat(exit).isZero();
    JsonNode rows = new ObjectMapper().readTree(folder.resolve("embedding.json").toFile());
    assertThat(rows.path("rows")).hasSize(5);
    assertThat(rows.at("/rows/0/kind").asText()).isEqualTo("ours");
    assertThat(rows.at("/rows/1/kind").asText()).isEqualTo("limit");
    assertThat(rows.at("/rows/2/cpu_ns_per_event").asDouble()).isPositive();
    assertThat(rows.at("/rows/3/ratio_to_ours").asDouble()).isPositive();
    assertThat(folder.resolve("embedding.md")).content().contains("| add a pair of 128 dimensions");
  }

  @Test
  void unknownCase_isRefused() {
    assertThat(EmbeddingBench.commandLine().execute("--cases", "nothing")).isEqualTo(2);
  }
}
