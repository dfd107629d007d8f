package dev.runway.drift.performance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DelayCountsTest {

  private static long randomDelay(Random random) {
    return (long) Math.exp(random.nextDouble() * Math.log(3.5e9));
  }

  @Test
  void index_ofAnyDelay_isTheBinBetweenWhoseEdgesItLies() {
    Random random = new Random(1);
    for (int i = 0; i < 200_000; i++) {
      long delay = i < 100_000 ? i : DelayBins.clamp(randomDelay(random));
      int bin = DelayBins.index(delay);
      assertThat((double) delay).isLessThanOrEqualTo(DelayBins.upperEdge(bin));
      if (bin > 0) {
        assertThat((double) delay).isGreaterThan(DelayBins.upperEdge(bin - 1));
      }
    }
    assertThat(DelayBins.index(Long.MAX_VALUE)).isEqualTo(DelayBins.SIZE - 1);
    assertThat(DelayBins.index(-5)).isZero();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.01, 0.25, 0.5, 0.95, 0.999, 1})
  void quantile_ofRandomDelays_isWithinTheStatedError(double q) {
    Random random = new Random(2);
    long[] delays = new long[3_001];
    DelayCounts counts = new DelayCounts();
    for (int i = 0; i < delays.length; i++) {
      delays[i] = DelayBins.clamp(randomDelay(random));
      counts.add(delays[i], 1);
    }
    Arrays.sort(delays);
    double exact = delays[Math.max(0, (int) Math.ceil(q * delays.length) - 1)];

    assertThat(counts.quantile(q)).isCloseTo(exact, within(DelayCounts.RELATIVE_ERROR * exact));
    assertThat(counts.sumMillis()).isEqualTo(Arrays.stream(delays).sum());
  }

  @Test
  void counts_ofAnyHistory_areTheSameBytes() throws IOException {
    Random random = new Random(3);
    long[] delays = random.longs(500, -10, 5_000_000_000L).toArray();
    DelayCounts forwards = new DelayCounts();
    DelayCounts history = new DelayCounts();
    DelayCounts part = new DelayCounts();
    for (int i = 0; i < delays.length; i++) {
      forwards.add(delays[i], 1);
      history.add(i, -1);
      (i % 2 == 0 ? part : history).add(delays[delays.length - 1 - i], 1);
    }
    for (int i = 0; i < delays.length; i++) {
      history.add(i, 1);
    }
    history.add(part);

    byte[] bytes = Bytes.of(forwards::write);
    assertThat(Bytes.of(history::write)).isEqualTo(bytes);
    assertThat(history).isEqualTo(forwards).hasSameHashCodeAs(forwards);
    assertThat(Bytes.read(bytes, DelayCounts::read)).isEqualTo(forwards);
    for (long delay : delays) {
      history.add(delay, -1);
    }
    assertThat(history.isEmpty()).isTrue();
    assertThat(history).isEqualTo(new DelayCounts());
  }

  @Test
  void statistics_ofNothing_areNull() {
    DelayCounts counts = new DelayCounts();
    assertThat(counts.quantile(0.5)).isNull();
    assertThat(counts.meanMillis()).isNull();
    counts.add(0, 1);
    assertThat(counts.quantile(0.5)).isZero();
    assertThat(counts.meanMillis()).isZero();
  }

  @Test
  void read_ofANewerVersion_isRefused() {
    assertThatThrownBy(() -> Bytes.read(new byte[] {2, 0, 0, 0}, DelayCounts::read))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("version 2");
  }
}
