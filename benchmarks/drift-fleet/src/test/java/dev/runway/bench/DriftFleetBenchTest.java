package dev.runway.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.runway.bench.fleet.Rule;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as users call it, small. */
class DriftFleetBenchTest {
  @TempDir Path folder;

  @Test
  void smallFleet_writesRowsAndTable() throws Exception {
    int exit =
        DriftFleetBench.commandLine()
            .execute(
                "--models",
                "20",
                "--days",
                "2",
                "--volume",
                "0.05",
                "--null-windows",
                "64",
                "--folder",
                folder.toString());

    assertThat(exit).isZero();
    JsonNode report = new ObjectMapper().readTree(folder.resolve("drift-fleet.json").toFile());
    assertThat(report.path("benchmark").asText()).isEqualTo("drift-fleet");
    assertThat(report.path("machine").asText()).contains("cores");
    JsonNode ours = report.path("rows").get(0);
    assertThat(ours.path("name").asText()).isEqualTo("Runway");
    assertThat(ours.path("kind").asText()).isEqualTo("ours");
    assertThat(ours.path("drifts").asInt()).isEqualTo(1);
    assertThat(report.path("rows")).hasSize(Rule.values().length + 2);
    assertThat(folder.resolve("drift-fleet.md")).content().contains("| Runway | ");
    assertThat(folder.resolve("drift-fleet-wrong.csv")).content().startsWith("model,tier,");
  }
}
