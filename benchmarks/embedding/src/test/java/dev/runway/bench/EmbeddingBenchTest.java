package dev.runway.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.runway.bench.embedding.EmbeddingRounds;
import dev.runway.bench.embedding.Summary;
import dev.runway.bench.harness.Row;
import java.nio.file.Path;
import java.util.List;
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
                "sampler,sampler-hash,pairs-128,pairs-128-loop,pairs-128-ejml,traffic-512",
                "--folder",
                folder.toString());

    assertThat(exit).isZero();
    JsonNode rows = new ObjectMapper().readTree(folder.resolve("embedding.json").toFile());
    assertThat(rows.path("rows")).hasSize(6);
    assertThat(rows.at("/rows/0/kind").asText()).isEqualTo("ours");
    assertThat(rows.at("/rows/1/kind").asText()).isEqualTo("limit");
    assertThat(rows.at("/rows/2/cpu_ns_per_event").asDouble()).isPositive();
    assertThat(rows.at("/rows/3/ratio_to_ours").asDouble()).isPositive();
    assertThat(rows.at("/rows/4/kind").asText()).isEqualTo("peer");
    assertThat(rows.at("/rows/2/more/share_of_the_limit").asDouble())
        .isEqualTo(
            Math.min(
                rows.at("/rows/3/ratio_to_ours").asDouble(),
                rows.at("/rows/4/ratio_to_ours").asDouble()));
    assertThat(rows.at("/rows/4/more/rows_of_a_block").asInt()).isIn(32, 512, 4_096);
    assertThat(folder.resolve("embedding.md")).content().contains("| add a pair of 128 dimensions");
    assertThat(folder.resolve("embedding-summary.md"))
        .content()
        .containsPattern("\\| add a pair of 128 dimensions \\| 128 \\| [0-9,]+ \\| [0-9.]+ \\|")
        .doesNotContain("EJML");
  }

  @Test
  void pairsBelowHalfOfTheLimit_missTheGoal() {
    Row row = new Row("add a pair of 512 dimensions", "ours", 512, 1, 1, 1, 1);

    assertThat(EmbeddingBench.missed(List.of(row, row.with(EmbeddingRounds.SHARE, 0.5)))).isEmpty();
    assertThat(EmbeddingBench.missed(List.of(row.with(EmbeddingRounds.SHARE, 0.49))))
        .containsExactly(
            "missed: add a pair of 512 dimensions has 49 % of the limit's speed, the goal is 50 %");
    assertThat(EmbeddingBench.missed(List.of(row.with(Summary.A_SECOND, 62_499))))
        .containsExactly(
            "missed: add a pair of 512 dimensions takes 62,499 a second, the goal is 62,500");
  }

  @Test
  void help_tellsSizesAndMinutes() {
    assertThat(EmbeddingBench.commandLine().getUsageMessage())
        .contains("1,000,000 events")
        .contains("minutes");
  }

  @Test
  void unknownCase_isRefused() {
    assertThat(EmbeddingBench.commandLine().execute("--cases", "nothing")).isEqualTo(2);
  }
}
