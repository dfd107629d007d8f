package dev.runway.stack.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DifferenceReportTest {
  private static final LocalDate DAY = LocalDate.parse("2026-03-01");
  private static final BatchDays DAYS = new BatchDays(DAY, DAY);

  @Test
  void nothingDiffers_isOneSentence() {
    assertThat(report(new Comparison(1_234, 1_234, 0, List.of())))
        .containsExactly(
            "all 1,234 compared rows agree: stream and batch say the same of 2026-03-01");
  }

  @Test
  void rowsThatTheStreamHasNotClosed_areNamed() {
    assertThat(report(new Comparison(10, 7, 3, List.of())))
        .containsExactly(
            "all 7 compared rows agree: stream and batch say the same of 2026-03-01",
            "3 rows of the master view are not compared: the stream has not closed them yet");
  }

  @Test
  void emptyMasterView_isNoAgreement() {
    assertThat(report(new Comparison(0, 0, 0, List.of())))
        .containsExactly(
            "the master view has nothing of 2026-03-01: no window of these days could be given");
  }

  @Test
  void differences_nameWindowQuantityAndAmount() {
    List<String> lines =
        report(
            new Comparison(
                50,
                50,
                0,
                List.of(
                    difference("*", "coverage", 0.5, 0.75),
                    difference("*", "joined", 2.0, 3.0),
                    difference("*", "auc", null, 0.5),
                    difference("eu", "joined", 1.0, 2.0))));

    assertThat(lines.get(0))
        .isEqualTo("stream and batch differ in 1 windows of 2026-03-01 (50 rows compared):");
    assertThat(lines)
        .anySatisfy(line -> assertThat(words(line)).endsWith("0.500000", "0.750000", "+0.250000"))
        .anySatisfy(
            line ->
                assertThat(words(line))
                    .containsExactly(
                        "churn",
                        "v1",
                        "*",
                        "*",
                        "2026-03-01",
                        "03:00",
                        "to",
                        "2026-03-01",
                        "06:00",
                        "joined",
                        "2",
                        "3",
                        "+1"))
        .anySatisfy(line -> assertThat(words(line)).endsWith("auc", "-", "0.500000", "-"))
        .noneSatisfy(line -> assertThat(line).contains("eu"));
    assertThat(lines.get(lines.size() - 1)).contains("1 rows more", "s.v_master_differences");
  }

  @Test
  void all_showsSegmentsToo_andAnyNumber() {
    List<Difference> many =
        IntStream.range(0, 100).mapToObj(i -> difference("eu", "q" + i, 1.0, 2.0)).toList();
    Comparison comparison = new Comparison(100, 100, 0, many);

    assertThat(DifferenceReport.lines(comparison, DAYS, "s", true)).hasSizeGreaterThan(100);
    assertThat(report(comparison)).hasSizeLessThan(70);
  }

  private static List<String> words(String line) {
    return List.of(line.strip().split("\\s+"));
  }

  private static List<String> report(Comparison comparison) {
    return DifferenceReport.lines(comparison, DAYS, "s", false);
  }

  private static Difference difference(
      String segment, String quantity, @Nullable Double speed, @Nullable Double master) {
    return new Difference(
        "churn",
        "v1",
        segment,
        "*",
        Instant.parse("2026-03-01T03:00:00Z"),
        Instant.parse("2026-03-01T06:00:00Z"),
        quantity,
        speed,
        master);
  }
}
