package dev.runway.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.bench.harness.Row;
import java.util.List;
import org.junit.jupiter.api.Test;

/** That each case runs and measures something; never how fast. */
class JoinCasesTest {
  private static final Workload SMALL = new SyntheticTraffic(7, 2_048, true);

  @Test
  void ours_runsToTheEnd_andLeavesState() throws Exception {
    Row row = JoinCase.OURS.run(SMALL, 6_144).get(0);

    assertThat(row.events()).isGreaterThan(10_000);
    assertThat(row.cpuNanosPerEvent()).isPositive();
    assertThat(row.allocBytesPerEvent()).isPositive();
    assertThat(row.stateBytesPerOpen()).isPositive();
    // A pair are two events; some predictions have no outcome, and some outcomes are too late.
    assertThat(row.more().get("joined_per_event")).isBetween(0.4, 0.55);
  }

  @Test
  void limits_runToTheEnd() throws Exception {
    for (JoinCase each :
        List.of(
            JoinCase.ROCKSDB,
            JoinCase.SAMPLER,
            JoinCase.TIMER_PER_KEY,
            JoinCase.TIMER_PER_SECOND)) {
      assertThat(each.run(SMALL, 4_096))
          .as(each.title)
          .allSatisfy(row -> assertThat(row.events()).isPositive());
    }
  }

  @Test
  void peers_joinWhatComesInTime() throws Exception {
    for (JoinCase each : List.of(JoinCase.INTERVAL_JOIN, JoinCase.SQL)) {
      // A pair are two events; some predictions have no outcome, and some outcomes are too late.
      assertThat(each.run(SMALL, 6_144).get(0).more().get("joined_per_event"))
          .as(each.title)
          .isBetween(0.4, 0.55);
    }
  }

  @Test
  void fullPath_leadsFromBrokerToBrokerAndDatabase() throws Exception {
    List<Row> rows = JoinCase.FULL_PATH.run(SMALL, 40_960);

    assertThat(rows)
        .extracting(Row::name)
        .containsExactly("full path, taking in what waits", "full path, 1200/s");
    assertThat(rows.get(0).events()).isGreaterThan(10_000);
    assertThat(rows.get(1).more().get("groundtruth_records_per_second")).isPositive();
    assertThat(rows.get(1).more().get("cores")).isPositive();
  }

  @Test
  void recovery_goesOnFromTheCheckpoint() throws Exception {
    Row row = JoinCase.RECOVERY.run(SMALL, 6_144).get(0);

    // Steps are told in thousands, and some events are on their way to the join.
    assertThat(row.events()).isGreaterThan(5_000);
    assertThat(row.stateBytesPerOpen()).isPositive();
    assertThat(row.more())
        .containsKeys("restore_seconds", "checkpoint_bytes", "checkpoint_seconds");
  }
}
