package dev.runway.groundtruth.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.groundtruth.archive.Coverage.Span;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveRetentionTest {
  private static final String MODEL = "churn";
  private static final LocalDate TODAY = SmallArchive.TODAY;

  @TempDir Path folder;

  @Test
  void ofNinetyTwoDays_thoseOlderThanNinetyGo_andOnlyThey() throws IOException {
    SmallArchive archive = archive("a");
    for (int age = 0; age <= 92; age++) {
      archive.add(TODAY.minusDays(age), MODEL, 1);
    }
    claim("a");
    Map<String, String> expected = new HashMap<>(archive.content());
    expected
        .keySet()
        .removeIf(
            name ->
                name.contains("day=" + TODAY.minusDays(91))
                    || name.contains("day=" + TODAY.minusDays(92)));

    List<String> said = archive.run("retain");

    assertThat(archive.content()).isEqualTo(expected).hasSize(3 + 91 * 9);
    assertThat(said.get(0))
        .startsWith("dropped 2 days, 2099-10-10 to 2099-10-11: 6 files of ")
        .endsWith("days are kept from 2099-10-12");
    assertThat(coverage("a").spans()).containsExactly(new Span(start(90), start(0)));
    assertThat(coverage("a").keeps(start(90))).isTrue();
    assertThat(coverage("a").keeps(start(90) - 1)).isFalse();

    assertThat(archive.run("retain")).containsExactly("nothing is older than 2099-10-12", "0");
    assertThat(archive.content()).isEqualTo(expected);
    assertThat(archive.run("check")).contains("days are kept from 2099-10-12").endsWith("0");
  }

  @Test
  void claim_onlyMovesOn() throws IOException {
    SmallArchive archive = archive("a");
    for (int age = 0; age <= 10; age++) {
      archive.add(TODAY.minusDays(age), MODEL, 1);
    }
    claim("a");
    archive.run("retain", "--days", "5");
    archive.add(TODAY.minusDays(9), MODEL, 1);

    assertThat(archive.run("check")).anyMatch(line -> line.contains("are there, and the archive"));
    archive.run("retain", "--days", "8");

    assertThat(coverage("a").spans()).containsExactly(new Span(start(5), start(0)));
    archive.run("retain", "--days", "4");
    assertThat(coverage("a").spans()).containsExactly(new Span(start(4), start(0)));
    try (var claims = Files.list(folder.resolve("a/coverage"))) {
      assertThat(claims.filter(file -> file.getFileName().toString().startsWith("kept-from")))
          .hasSize(1);
    }
  }

  /** The job goes on saying from when on it has all; that does not bring back what is gone. */
  @Test
  void jobThatGoesOn_doesNotTakeTheClaimBack() throws IOException {
    SmallArchive archive = archive("a");
    archive.add(TODAY, MODEL, 1);
    archive.add(TODAY.minusDays(3), MODEL, 1);
    claim("a");
    archive.run("retain", "--days", "1");

    new CoverageFiles(uri("a"))
        .write(new CoverageEpoch("e", uri("a"), Long.MIN_VALUE, start(0) + 7));

    assertThat(coverage("a").spans()).containsExactly(new Span(start(1), start(0) + 7));
    assertThat(new CoverageFiles(uri("a")).areThere()).isTrue();
  }

  /** The process dies at each of its calls in turn. */
  @Test
  void crashAnywhere_claimsNothingThatIsGone_andTheNextRunFinishes() throws IOException {
    SmallArchive model = archive("model");
    fill(model, "model");
    Map<String, String> before = model.content();
    MortalFiles immortal = new MortalFiles(Integer.MAX_VALUE);
    model.copy(folder.resolve("immortal")).run(immortal, "retain", "--days", "2");
    assertThat(immortal.calls()).isGreaterThan(50);

    int cutShort = 0;
    for (int last = 1; last <= immortal.calls(); last++) {
      String name = "crash-" + last;
      SmallArchive archive = model.copy(folder.resolve(name));
      MortalFiles files = new MortalFiles(last);

      assertThatThrownBy(() -> archive.run(files, "retain", "--days", "2"))
          .isInstanceOf(IOException.class);

      Map<String, String> left = archive.content();
      boolean isGone = !left.equals(before);
      if (isGone) {
        assertThat(coverage(name).keeps(start(2) - 1)).as("after call %d", last).isFalse();
        assertThat(coverage(name).covers(start(2) - 1, start(0))).isFalse();
        cutShort++;
      }
      assertThat(coverage(name).covers(start(2), start(0))).isTrue();
      assertThat(left).containsAllEntriesOf(kept(before));

      archive.run("retain", "--days", "2");
      assertThat(archive.content()).as("after call %d", last).isEqualTo(kept(before));
      assertThat(archive.run("check")).endsWith("0");
    }
    assertThat(cutShort).isGreaterThan(10);
  }

  private void fill(SmallArchive archive, String name) throws IOException {
    for (int age = 1; age <= 4; age++) {
      archive.add(TODAY.minusDays(age), MODEL, 1);
    }
    claim(name);
  }

  private static Map<String, String> kept(Map<String, String> content) {
    Map<String, String> kept = new HashMap<>(content);
    kept.keySet()
        .removeIf(
            path ->
                path.contains("day=" + TODAY.minusDays(3))
                    || path.contains("day=" + TODAY.minusDays(4)));
    return kept;
  }

  @Test
  void whatIsBeingWritten_stays_andWhatACrashLeftGoes() throws IOException {
    SmallArchive archive = archive("a");
    archive.add(TODAY, MODEL, 1);
    archive.add(TODAY.minusDays(100), MODEL, 1);
    claim("a");
    Path old = archive.folder(PredictionRows.DATASET, TODAY.minusDays(100), MODEL);
    Path left = Files.writeString(old.resolve(".part-1-1.parquet.inprogress.x"), "torn");
    Path written = Files.writeString(old.resolve(".part-2-2.parquet.inprogress.x"), "torn");
    SmallArchive.write(written, SmallArchive.NOW.minus(Duration.ofHours(47)));
    Path foreign = Files.writeString(old.resolve("notes.txt"), "keep this");

    archive.run("retain");

    assertThat(left).doesNotExist();
    assertThat(written).exists();
    assertThat(foreign).exists();
    assertThat(ParquetFiles.finished(old)).isEmpty();
    assertThat(archive.folder(OutcomeRows.DATASET, TODAY.minusDays(100), MODEL).getParent())
        .doesNotExist();
  }

  /** A label that came late for an old day: its file is in a checkpoint, and not finished yet. */
  @Test
  void whatASavepointMayFinish_stays_andOnlyThat() throws IOException {
    SmallArchive archive = archive("a");
    archive.add(TODAY, MODEL, 1);
    archive.add(TODAY.minusDays(100), MODEL, 2);
    archive.add(TODAY.minusDays(101), MODEL, 1);
    claim("a");
    Instant savepoint = SmallArchive.NOW.minus(Duration.ofDays(8));
    Path old = archive.folder(OutcomeRows.DATASET, TODAY.minusDays(100), MODEL);
    SmallArchive.write(old.resolve("part-0-0.parquet"), savepoint.minusSeconds(3_600));
    SmallArchive.write(old.resolve("part-1-0.parquet"), savepoint.minusSeconds(3_601));

    List<String> said = archive.run("retain", "--oldest-savepoint", savepoint.toString());

    assertThat(ParquetFiles.finished(old)).containsExactly(old.resolve("part-0-0.parquet"));
    assertThat(archive.folder(PredictionRows.DATASET, TODAY.minusDays(100), MODEL)).doesNotExist();
    assertThat(said.get(0)).startsWith("dropped 1 days, 2099-10-01 to 2099-10-01: 8 files of ");
    assertThat(said.get(1)).startsWith("1 older files stay that a savepoint may finish again");
    assertThat(coverage("a").keeps(start(91))).as("claimed no more").isFalse();

    archive.run("retain", "--oldest-savepoint", savepoint.plusSeconds(1).toString());
    assertThat(old).doesNotExist();
  }

  /** Nobody but this tool writes it, so no savepoint has it to finish. */
  @Test
  void mergedFile_goesHoweverYoungItIs() throws IOException {
    SmallArchive archive = archive("a");
    archive.add(TODAY, MODEL, 1);
    archive.add(TODAY.minusDays(100), MODEL, 1);
    claim("a");
    Path day = archive.folder(PredictionRows.DATASET, TODAY.minusDays(100), MODEL);
    Path merged = Files.move(day.resolve("part-0-0.parquet"), day.resolve("part-merged-0.parquet"));
    SmallArchive.write(merged, SmallArchive.NOW);
    Path jobs =
        archive
            .folder(OutcomeRows.DATASET, TODAY.minusDays(100), MODEL)
            .resolve("part-0-0.parquet");
    SmallArchive.write(jobs, SmallArchive.NOW);

    archive.run(
        new MortalFiles.Store(),
        "retain",
        "--oldest-savepoint",
        SmallArchive.NOW.minus(Duration.ofDays(1)).toString());

    assertThat(merged).doesNotExist();
    assertThat(jobs).exists();
  }

  @Test
  void everything_isNeverDropped() throws IOException {
    SmallArchive archive = archive("a");
    archive.add(LocalDate.parse("2026-03-01"), MODEL, 1);
    claim("a");
    Map<String, String> before = archive.content();

    assertThatThrownBy(() -> archive.run("retain"))
        .hasMessageContaining("nothing was dropped")
        .hasMessageContaining("2026-03-01");

    assertThat(archive.content()).isEqualTo(before);
    assertThat(coverage("a").keeps(Long.MIN_VALUE)).isTrue();
  }

  /** A release that does not know the claim reads an epoch without any time in it. */
  @Test
  void claim_isNoSpanToOlderReleases() throws IOException {
    SmallArchive archive = archive("a");
    archive.add(TODAY, MODEL, 1);
    claim("a");
    new CoverageFiles(FileSystem.getLocalFileSystem(), new org.apache.flink.core.fs.Path(uri("a")))
        .keepFrom(start(2));

    Path file = folder.resolve("a/coverage/kept-from_" + start(2) + ".parquet");
    assertThat(file).exists();
    assertThat(Coverage.of(List.of(new Span(start(2), start(2) - 1))).spans()).isEmpty();
    assertThat(new CoverageFiles(uri("a")).read()).hasSize(1);
  }

  private SmallArchive archive(String name) {
    return new SmallArchive(folder.resolve(name), name.hashCode());
  }

  private String uri(String name) {
    return folder.resolve(name).toUri().toString();
  }

  /** As the job says it: from the beginning until the last day begins. */
  private void claim(String name) throws IOException {
    new CoverageFiles(uri(name)).write(new CoverageEpoch("e", uri(name), Long.MIN_VALUE, start(0)));
  }

  private Coverage coverage(String name) throws IOException {
    return Coverage.read(uri(name));
  }

  private static long start(int age) {
    return TODAY.minusDays(age).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
  }
}
