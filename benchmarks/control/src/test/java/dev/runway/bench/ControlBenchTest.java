package dev.runway.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command as users call it, small, on a real broker, database and API. */
class ControlBenchTest {
  private static final List<String> VISIBLE =
      List.of(
          "every job that takes predictions knows it",
          "retrain-trigger has read it, to count from its next tick on",
          "it is on its topic");

  @TempDir Path folder;

  @Test
  void quick_asksEveryKindOfReadAndDrainsABurst() throws Exception {
    String cases = "reads,burst,visible"; // The other one only has a larger graph.
    assertThat(bench("--quick", "--cases", cases, "--folder", folder.toString())).isZero();

    JsonNode report = new ObjectMapper().readTree(folder.resolve("control.json").toFile());
    Map<String, JsonNode> found = new HashMap<>();
    report
        .path("findings")
        .forEach(each -> found.putIfAbsent(each.path("what").asText(), each.path("figures")));
    long requests = 0;
    List<String> reads =
        List.of("impact", "model", "search", "health", "versions", "queue", "lists");
    for (String read : reads) {
      // Reads that are refused are none the less answered: a slow machine may have too much to do.
      assertThat(found.get(read).path("errors").asInt(-1)).as(read).isZero();
      assertThat(found.get(read).path("p99_ms").asDouble()).as(read).isPositive();
      requests += found.get(read).path("requests").asLong();
    }
    assertThat(requests).isEqualTo(150);
    assertThat(found.get("commands on the topic").path("commands").asInt()).isEqualTo(60);
    for (String seen : VISIBLE) {
      assertThat(found.get("from POST until " + seen).path("max_ms").asDouble())
          .as(seen)
          .isPositive();
    }
    assertThat(found.get("from the start of its JVM until ready").path("max_s").asDouble())
        .isPositive();
    assertThat(folder.resolve("control.md"))
        .content()
        .contains("| 2,700 nodes, ")
        .contains("| impact | ");
  }

  @Test
  void unknownCase_isRefusedWithTheKnownOnes() {
    assertThat(bench("--quick", "--cases", "theirs")).isEqualTo(CommandLine.ExitCode.USAGE);
  }

  private static int bench(String... arguments) {
    return ControlBench.commandLine().execute(arguments);
  }
}
