package dev.runway.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.runway.bench.harness.Row;
import dev.runway.bench.trigger.TriggerRounds;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as users call it, small. */
class TriggerBenchTest {
  @TempDir Path folder;

  @Test
  void quickRun_judgesEachWindowOfEachModel() throws Exception {
    int exit =
        TriggerBench.commandLine()
            .execute(
                "--quick",
                "--cases",
                "readings,readings-parsed,breached",
                "--folder",
                folder.toString());

    assertThat(exit).isZero();
    JsonNode report = new ObjectMapper().readTree(folder.resolve("trigger.json").toFile());
    JsonNode usual = report.at("/rows/0");
    assertThat(usual.path("kind").asText()).isEqualTo("ours");
    assertThat(usual.path("events").asInt()).isEqualTo(600);
    // With those of the warm-up; and each was judged at a tick that was known.
    assertThat(usual.at("/more/decisions").asInt()).isBetween(800, 900);
    assertThat(usual.at("/more/early_readings").asInt(-1)).isZero();
    assertThat(usual.path("state_bytes_per_open").asDouble()).isPositive();
    JsonNode parsed = report.at("/rows/1");
    assertThat(parsed.path("kind").asText()).isEqualTo("limit");
    assertThat(parsed.path("ratio_to_ours").asDouble()).isPositive();
    assertThat(parsed.at("/more/bytes_of_a_reading").asDouble())
        .isEqualTo(usual.at("/more/bytes_of_a_reading").asDouble());
    JsonNode breached = report.at("/rows/2");
    assertThat(breached.path("events").asInt()).isEqualTo(60);
    assertThat(breached.at("/more/decisions").asInt()).isGreaterThanOrEqualTo(80);
    assertThat(folder.resolve("trigger.md")).content().contains("| readings of 10 features | ours");
  }

  @Test
  void fewerThanTheGoal_areNamed() {
    assertThat(TriggerRounds.missed(List.of(row(50_000)))).isEmpty();
    assertThat(TriggerRounds.missed(List.of(row(50_001))))
        .containsExactly(
            "missed: readings of 10 features, 20,000 a second for each core, the goal is 20,000");
  }

  private static Row row(double cpuNanos) {
    return new Row("readings of 10 features", "ours", 5_000, 1, cpuNanos, 1, 1);
  }

  @Test
  void help_tellsSizesAndMinutes() {
    assertThat(TriggerBench.commandLine().getUsageMessage())
        .contains("200 windows")
        .contains("minutes");
  }

  @Test
  void unknownCase_isRefused() {
    assertThat(TriggerBench.commandLine().execute("--cases", "nothing")).isEqualTo(2);
  }
}
