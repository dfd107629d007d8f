package dev.runway.drift.tile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.drift.profile.BaselineProfile.Declared;
import dev.runway.drift.profile.ProfileOptions;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class WideCountsTest {
  private static final double[] VALUES =
      DoubleStream.generate(new Random(1)::nextFloat).limit(5_000).toArray();

  /** The same fine edges for any divisor of 120, as all values are floats. */
  private static TileLayout layout(int wideBins) {
    return TileLayout.of(
        Samples.profile(
            List.of(Declared.numeric("x")),
            new ProfileOptions(wideBins, 120, 0, 100),
            Samples.numbers(VALUES)),
        false);
  }

  @Test
  void countsInOtherWideBins_ofTheSameFineOnes_doNotFit() {
    TileLayout ten = layout(10);
    TileLayout twenty = layout(20);
    Tile tile = Samples.tile(ten, Samples.numbers(VALUES));
    WideCounts counts = WideCounts.of(ten, tile);

    assertThat(twenty.counted(tile)).isTrue();
    assertThat(counts.fits(layout(10))).isTrue();
    assertThat(counts.fits(twenty)).isFalse();
    assertThatThrownBy(() -> counts.plus(WideCounts.of(twenty, tile)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("counts in other bins");
  }
}
