package dev.runway.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** That each case runs and measures something; never how fast. */
class JoinCasesTest {
  private static final Workload SMALL = new Workload(7, 2_048, true);

  @Test
  void ours_runsToTheEnd_andLeavesState() throws Exception {
    Row row = JoinCase.OURS.run(SMALL, 6_144);

    assertThat(row.events()).isGreaterThan(10_000);
    assertThat(row.cpuNanosPerEvent()).isPositive();
    assertThat(row.allocBytesPerEvent()).isPositive();
    assertThat(row.stateBytesPerOpen()).isPositive();
  }

  @Test
  void peersAndLimits_runToTheEnd() throws Exception {
    for (JoinCase each :
        List.of(JoinCase.INTERVAL_JOIN, JoinCase.SQL, JoinCase.ROCKSDB, JoinCase.SAMPLER)) {
      assertThat(each.run(SMALL, 4_096).events()).as(each.title).isPositive();
    }
  }

  @Test
  void medians_compareWithOurs() {
    Row ours = row("ours", 100).withState(50);
    List<Row> rows =
        Medians.of(
            Map.of(
                JoinCase.OURS,
                List.of(ours, row("ours", 300).withState(70), row("ours", 200).withState(60))));

    assertThat(rows.get(0).cpuNanosPerEvent()).isEqualTo(200);
    assertThat(rows.get(0).spread()).isEqualTo(3);
    assertThat(rows.get(0).stateBytesPerOpen()).isEqualTo(60);
    assertThat(rows.get(0).ratioToOurs()).isEqualTo(1);
  }

  private static Row row(String name, double cpu) {
    return new Row(name, "ours", 1_024, 10, cpu, cpu, 1, 1, null, null);
  }
}
