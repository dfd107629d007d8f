package dev.runway.groundtruth.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.groundtruth.archive.Coverage.Span;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CoverageTest {
  private static final long T = 1_750_000_020_000L;

  @TempDir Path folder;

  @Test
  void spanOfOneEpoch_coversWhatIsWithinIt() {
    Coverage coverage = Coverage.of(List.of(new Span(10, 20)));

    assertThat(coverage.covers(10, 20)).isTrue();
    assertThat(coverage.covers(9, 20)).isFalse();
    assertThat(coverage.covers(10, 21)).isFalse();
  }

  @Test
  void gap_isNotCovered_andSpansThatMeetAreOne() {
    Coverage coverage =
        Coverage.of(
            List.of(
                new Span(30, 40),
                new Span(Long.MIN_VALUE, 20),
                new Span(15, 25),
                new Span(16, 18),
                // Has not come as far as it begins.
                new Span(50, 45)));

    assertThat(coverage.spans()).containsExactly(new Span(Long.MIN_VALUE, 25), new Span(30, 40));
    assertThat(coverage.covers(Long.MIN_VALUE, 25)).isTrue();
    assertThat(coverage.covers(20, 35)).isFalse();
    assertThat(coverage.covers(45, 50)).isFalse();
  }

  @Test
  void whatIsBehindTheLastSpan_isAhead_andNoOtherGap() {
    Coverage coverage = Coverage.of(List.of(new Span(10, 20), new Span(30, 40)));

    assertThat(coverage.isAhead(30, 41)).isTrue();
    assertThat(coverage.isAhead(30, 40)).as("it is covered").isFalse();
    assertThat(coverage.isAhead(29, 41)).as("there is a gap").isFalse();
    assertThat(coverage.isAhead(10, 21)).as("the next one began later").isFalse();
    assertThat(Coverage.of(List.of()).isAhead(30, 41)).isFalse();
  }

  @Test
  void spans_areCutWhereDaysWereDropped() {
    List<Span> spans = List.of(new Span(Long.MIN_VALUE, 20), new Span(30, 40), new Span(50, 60));

    Coverage coverage = Coverage.of(spans, 35);

    assertThat(coverage.spans()).containsExactly(new Span(35, 40), new Span(50, 60));
    assertThat(coverage.covers(34, 36)).isFalse();
    assertThat(coverage.covers(35, 40)).isTrue();
    assertThat(coverage.keeps(34)).isFalse();
    assertThat(coverage.keeps(35)).isTrue();
    assertThat(Coverage.of(spans).keeps(Long.MIN_VALUE)).isTrue();
  }

  @Test
  void files_areReadAsTheyWereWritten_oneForEachEpoch() throws IOException {
    CoverageFiles files = new CoverageFiles(archive());
    files.write(new CoverageEpoch("a", archive(), Long.MIN_VALUE, T));
    files.write(new CoverageEpoch("a", archive(), Long.MIN_VALUE, T + 1));
    files.write(new CoverageEpoch("b", archive(), T + 5, T + 9));
    // An attempt that has been left behind says what is known already.
    files.write(new CoverageEpoch("a", archive(), Long.MIN_VALUE, T));

    assertThat(names()).containsExactly("a_1750000020001.parquet", "b_1750000020009.parquet");
    assertThat(Coverage.read(archive()).spans())
        .containsExactly(new Span(Long.MIN_VALUE, T + 1), new Span(T + 5, T + 9));
  }

  @Test
  void whatIsBeingWritten_isNotRead() throws IOException {
    CoverageFiles files = new CoverageFiles(archive());
    files.write(new CoverageEpoch("a", archive(), Long.MIN_VALUE, T));
    Files.writeString(folder.resolve("coverage/.a_1.parquet.inprogress.x"), "torn");

    assertThat(Coverage.read(archive()).spans()).containsExactly(new Span(Long.MIN_VALUE, T));
  }

  @Test
  void folderThatSaysNothing_isRefusedWithTheRemedy() {
    assertThatThrownBy(() -> Coverage.read(archive()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(archive())
        .hasMessageContaining("coverage")
        .hasMessageContaining("runway.archive.flush-after");
  }

  private String archive() {
    return folder.toUri().toString();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("coverage"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
