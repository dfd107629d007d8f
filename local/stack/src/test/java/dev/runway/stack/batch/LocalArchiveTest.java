package dev.runway.stack.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalArchiveTest {
  private static final LocalDate FIRST = LocalDate.parse("2026-03-01");

  @TempDir Path root;

  @Test
  void days_areThoseWithAFinishedFileOfPredictions() throws IOException {
    file("predictions/day=2026-03-01/model=churn/part-1-0.parquet");
    file("predictions/day=2026-03-02/model=churn/.part-2-0.parquet.inprogress.x");
    file("outcomes/day=2026-03-03/model=churn/part-3-0.parquet");

    assertThat(new LocalArchive(root).days()).containsExactly(FIRST);
  }

  @Test
  void models_areByTheirNames() throws IOException {
    file("predictions/day=2026-03-01/model=a%2Fb+c/part-1-0.parquet");
    file("predictions/day=2026-03-02/model=churn/part-2-0.parquet");
    file("predictions/day=2026-03-03/model=other/part-3-0.parquet");

    BatchDays days = new BatchDays(FIRST, FIRST.plusDays(1));
    assertThat(new LocalArchive(root).models(days, Set.of("a/b c", "churn", "other", "fraud")))
        .containsExactlyInAnyOrder("a/b c", "churn");
  }

  @Test
  void cutName_isThatOfItsModel() throws IOException {
    String id = "long/".repeat(40);
    String encoded = "long%2F".repeat(21).substring(0, 147);
    file("predictions/day=2026-03-01/model=" + encoded + "~0011223344/part-1-0.parquet");

    BatchDays days = new BatchDays(FIRST, FIRST);
    assertThat(new LocalArchive(root).models(days, Set.of(id, "long"))).containsExactly(id);
  }

  @Test
  void coveredThrough_isTheFurthestOfItsEpochs() throws IOException {
    assertThat(new LocalArchive(root).coveredThrough()).isEmpty();
    file("coverage/0b5ad4f2-0d5c-4b0c-8d0e-0a8f6f1c2d3e_1750000020000.parquet");
    file("coverage/1b5ad4f2-0d5c-4b0c-8d0e-0a8f6f1c2d3e_1750000010000.parquet");
    file("coverage/.2b5ad4f2-0d5c-4b0c-8d0e-0a8f6f1c2d3e_1750000090000.parquet.inprogress.x");
    file("coverage/other_1750000090000.parquet");

    assertThat(new LocalArchive(root).coveredThrough())
        .contains(Instant.ofEpochMilli(1_750_000_020_000L));
  }

  @Test
  void nothingThere_isNoDay() throws IOException {
    assertThat(new LocalArchive(root.resolve("missing")).days()).isEmpty();
  }

  private void file(String name) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "");
  }
}
