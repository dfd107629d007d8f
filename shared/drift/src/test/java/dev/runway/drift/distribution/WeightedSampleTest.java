package dev.runway.drift.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/** The distance without the tails; the whole one has its reference vectors. */
class WeightedSampleTest {

  private static double[] upTo(int last) {
    return DoubleStream.iterate(1, x -> x + 1).limit(last).toArray();
  }

  /** By hand: a shift of all by 7, of which 98 % of the quantiles are looked at. */
  @Test
  void shift_isTheShareThatIsLookedAtOfIt() {
    WeightedSample before = WeightedSample.of(upTo(1_000));
    WeightedSample now = WeightedSample.of(Arrays.stream(upTo(1_000)).map(x -> x + 7).toArray());

    assertThat(WeightedSample.trimmedWasserstein(before, now)).isCloseTo(0.98 * 7, within(1e-9));
    assertThat(WeightedSample.trimmedWassersteinError(before, 0, now, 0)).isZero();
  }

  @Test
  void outermostHundredths_countForNothing() {
    double[] spoilt = upTo(1_000);
    spoilt[0] = -1e12;
    spoilt[999] = 1e12;
    WeightedSample before = WeightedSample.of(upTo(1_000));

    assertThat(WeightedSample.trimmedWasserstein(before, WeightedSample.of(spoilt))).isZero();
    assertThat(WeightedSample.wasserstein(before, WeightedSample.of(spoilt))).isGreaterThan(1e9);
  }

  /** A tenth of the values, each for ten: ranks are off by less than a hundredth. */
  @Test
  void errorOfRanks_holdsWhatTheyMakeOfTheDistance() {
    double[] values = Arrays.stream(upTo(1_000)).map(x -> x * x).toArray();
    WeightedSample exact = WeightedSample.of(values);
    WeightedSample other = WeightedSample.of(upTo(1_000));
    double[] tenth = new double[100];
    double[] weights = new double[100];
    for (int i = 0; i < tenth.length; i++) {
      tenth[i] = values[10 * i + 9];
      weights[i] = 10;
    }
    WeightedSample rough = WeightedSample.of(tenth, weights);

    double off =
        Math.abs(
            WeightedSample.trimmedWasserstein(rough, other)
                - WeightedSample.trimmedWasserstein(exact, other));
    double error = WeightedSample.trimmedWassersteinError(rough, 0.01, other, 0);
    assertThat(off).isPositive().isLessThan(error);
    assertThat(error).isLessThan(20 * off);
  }
}
