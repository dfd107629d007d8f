package dev.runway.drift.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * Bytes of version 1 stay readable, and the same pairs still give exactly these bytes. When the
 * file is missing the test fails and leaves what it would hold in target/golden.
 */
class GoldenPairsTest {

  private static final String NAME = "pair-statistics-v1.bin";

  /** Whole numbers, whose sums are exact; roots and quotients are correctly rounded anyway. */
  private static PairStatistics sample() {
    PairStatistics statistics = new PairStatistics(5, 3, 4);
    for (int i = 1; i <= 37; i++) {
      float[] before = {i, -i, i * i, 1, i % 3};
      float[] after = {i % 5, 2 * i, i == 9 ? Float.NaN : -3};
      statistics.add(ItemHash.of("item-" + i), before, after);
    }
    statistics.add(ItemHash.of("item-zero"), new float[5], new float[] {1, 2, 3});
    return statistics;
  }

  @Test
  void pairStatistics_ofVersion1_readAndWriteTheGoldenBytes() throws IOException {
    byte[] actual = Bytes.of(sample()::write);
    byte[] golden;
    try (InputStream in = GoldenPairsTest.class.getResourceAsStream("/golden/" + NAME)) {
      if (in == null) {
        Path candidate = Files.createDirectories(Path.of("target/golden")).resolve(NAME);
        Files.write(candidate, actual);
        throw new AssertionError("no golden file " + NAME + "; see " + candidate);
      }
      golden = in.readAllBytes();
    }

    assertThat(actual).isEqualTo(golden);
    assertThat(Bytes.of(Bytes.read(golden, PairStatistics::read)::write)).isEqualTo(golden);
  }
}
