package dev.runway.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.bench.harness.Row;
import org.junit.jupiter.api.Test;

/** That the peer runs and joins; never how fast. */
class StreamsPeerTest {
  @Test
  void run_joinsWhatItReads() throws Exception {
    Row row = StreamsPeer.run(new SyntheticTraffic(7, 2_048, true), 40_960);

    assertThat(row.events()).isGreaterThan(10_000);
    assertThat(row.cpuNanosPerEvent()).isPositive();
    assertThat(row.stateBytesPerOpen()).isPositive();
    // A pair are two events; some predictions have no outcome, and some outcomes are too late.
    assertThat(row.more().get("joined_per_event")).isBetween(0.4, 0.55);
  }
}
