package dev.runway.drift.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class InControlTest {

  /** By hand: 0.01 to 2.00, of which 95 % are up to 1.90. */
  @Test
  void quantiles_areThoseOfTheNearestRank() {
    InControl of =
        InControl.of(DoubleStream.iterate(200, x -> x - 1).limit(200).map(x -> x / 100).toArray());

    assertThat(of.windows()).isEqualTo(200);
    assertThat(of.mean()).isCloseTo(1.005, within(1e-12));
    assertThat(of.sd())
        .isCloseTo(Math.sqrt((200.0 * 200 - 1) / 12 * 200 / 199) / 100, within(1e-9));
    assertThat(of.q95()).isEqualTo(1.90);
    assertThat(of.q99()).isEqualTo(1.98);
  }

  @Test
  void ofFewWindows_theLargestIsBoth() {
    assertThat(InControl.of(0.3, 0.1)).returns(0.3, InControl::q95).returns(0.3, InControl::q99);
    assertThat(InControl.of(0.3)).isEqualTo(new InControl(1, 0.3, 0, 0.3, 0.3));
  }

  @Test
  void whatNoWindowsHave_isRefused() {
    assertThatThrownBy(() -> new InControl(10, 0.1, 0.1, 0.3, 0.2))
        .hasMessageContaining("10 windows");
    assertThatThrownBy(() -> new InControl(10, Double.NaN, 0, 0, 0))
        .hasMessageContaining("mean NaN");
    assertThatThrownBy(() -> new InControl(10, 0.1, Double.POSITIVE_INFINITY, 0, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
