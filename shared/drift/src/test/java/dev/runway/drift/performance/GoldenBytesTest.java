package dev.runway.drift.performance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Bytes that were written once stay readable, and equal content still gives exactly these bytes.
 *
 * <p>Files are named by format version; a new version gets new files beside the old ones, which
 * must go on being read. When a file is missing the test fails and leaves what it would hold in
 * target/golden.
 */
class GoldenBytesTest {

  private static byte[] golden(String name, byte[] actual) throws IOException {
    try (InputStream in = GoldenBytesTest.class.getResourceAsStream("/golden/" + name)) {
      if (in == null) {
        Path candidate = Files.createDirectories(Path.of("target/golden")).resolve(name);
        Files.write(candidate, actual);
        throw new AssertionError("no golden file " + name + "; see " + candidate);
      }
      return in.readAllBytes();
    }
  }

  /** Fixed numbers, not random ones: golden files must not hang on a generator. */
  private static OutcomeCounts sample(Task task) {
    OutcomeCounts counts = task.empty();
    for (int i = 1; i <= 40; i++) {
      add(task, counts, i, i % 4 == 0 ? Weight.ONE * 5 / 2 : Weight.ONE, i % 10 == 0 ? -1 : 1);
    }
    return counts;
  }

  private static void add(Task task, OutcomeCounts counts, int i, long units, int sign) {
    switch (task) {
      case BINARY -> {
        double score = i % 8 == 0 ? 1.0 / (1 << (i / 2)) : i / 41.0;
        ((BinaryCounts) counts).add(score, score > 0.5, i % 3 == 0, units, sign);
      }
      case MULTICLASS -> {
        String predicted = "k" + i % 3;
        ((MulticlassCounts) counts).add(predicted, "k\u00e9" + i % 2, i / 41.0, units, sign);
      }
      case REGRESSION ->
          ((RegressionCounts) counts).add(i * 1.25, i % 7 == 0 ? 0 : i * i / 16.0, units, sign);
      case RANKING -> {
        double[] list = IntStream.range(0, 12).mapToDouble(k -> (i * k) % 5 == 1 ? 2 : 0).toArray();
        double[] seen = IntStream.range(0, 12).mapToDouble(k -> 1.0 / (1 << (k / 3))).toArray();
        ((RankingCounts) counts).add(list, i % 2 == 0 ? seen : null, units, sign);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void outcomeCounts_readAndWriteTheGoldenBytes(Task task) throws IOException {
    OutcomeCounts counts = sample(task);
    byte[] actual = Bytes.of(counts::write);
    byte[] golden = golden(name(task, task.version()), actual);

    assertThat(Bytes.read(golden, OutcomeCounts::read)).isEqualTo(counts);
    assertThat(actual).isEqualTo(golden);
  }

  private static String name(Task task, int version) {
    String lower = task.name().toLowerCase(java.util.Locale.ROOT);
    return "outcome-counts-v" + version + "-" + lower + ".bin";
  }

  /** Version 1 of multi-class counts was a confusion matrix; what it adds up to is the same. */
  @ParameterizedTest
  @EnumSource
  void outcomeCounts_ofVersion1_areStillRead(Task task) throws IOException {
    byte[] golden = golden(name(task, 1), new byte[0]);
    assertThat(Bytes.read(golden, OutcomeCounts::read)).isEqualTo(sample(task));
  }

  @Test
  void delayCounts_ofVersion1_readAndWriteTheGoldenBytes() throws IOException {
    DelayCounts counts = new DelayCounts();
    for (long delay = 0; delay < 5_000_000_000L; delay = delay * 3 + 1) {
      counts.add(delay, 1);
    }
    counts.add(77, -1);
    byte[] actual = Bytes.of(counts::write);
    byte[] golden = golden("delay-counts-v1.bin", actual);

    assertThat(Bytes.read(golden, DelayCounts::read)).isEqualTo(counts);
    assertThat(actual).isEqualTo(golden);
  }

  @Test
  void cbpe_ofVersion1_readsAndWritesTheGoldenBytes() throws IOException {
    Cbpe cbpe = new Cbpe();
    for (int i = 0; i <= 16; i++) {
      cbpe.add(i / 16.0, i > 7, i == 3 ? Weight.ONE * 3 : Weight.ONE, i == 5 ? -1 : 1);
    }
    byte[] actual = Bytes.of(cbpe::write);
    byte[] golden = golden("cbpe-v1.bin", actual);

    assertThat(Bytes.read(golden, Cbpe::read)).isEqualTo(cbpe);
    assertThat(actual).isEqualTo(golden);
  }

  @Test
  void scoreTallies_ofVersion1_readAndWriteTheGoldenBytes() throws IOException {
    ScoreTallies tallies = new ScoreTallies();
    for (int i = 0; i <= 16; i++) {
      tallies.add(i / 16.0, i > 7);
    }
    tallies.add(3, true, -2);
    byte[] actual = Bytes.of(tallies::write);
    byte[] golden = golden("score-tallies-v1.bin", actual);

    assertThat(Bytes.read(golden, ScoreTallies::read)).isEqualTo(tallies);
    assertThat(actual).isEqualTo(golden);
  }

  @Test
  void labelledScores_ofVersion1_readAndWriteTheGoldenBytes() throws IOException {
    LabelledScores scores = new LabelledScores();
    for (int i = 0; i < ScoreBins.SIZE; i += 19) {
      scores.add(i, i > 150, i % 2 == 0, i + 1);
    }
    byte[] actual = Bytes.of(scores::write);
    byte[] golden = golden("labelled-scores-v1.bin", actual);

    assertThat(Bytes.read(golden, LabelledScores::read)).isEqualTo(scores);
    assertThat(actual).isEqualTo(golden);
  }
}
