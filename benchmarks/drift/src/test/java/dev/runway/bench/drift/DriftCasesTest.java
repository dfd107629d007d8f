package dev.runway.bench.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.bench.harness.Row;
import java.util.List;
import org.junit.jupiter.api.Test;

/** That each case runs and measures something; never how fast. */
class DriftCasesTest {
  @Test
  void ours_countsAllInEachEncoding() throws Exception {
    for (Load load : DriftCase.OURS.loads(true)) {
      Row row = run(DriftCase.OURS, load).get(0);

      assertThat(row.events()).isGreaterThan(10_000);
      assertThat(row.cpuNanosPerEvent()).isPositive();
      assertThat(row.more()).containsKey("cpu_ns_per_feature");
    }
  }

  @Test
  void peer_countsSomething() throws Exception {
    Row row = run(DriftCase.SQL, DriftCase.SQL.loads(true).get(0)).get(0);

    assertThat(row.cpuNanosPerEvent()).isPositive();
  }

  @Test
  void state_growsWithModels() throws Exception {
    List<Load> loads = DriftCase.STATE.loads(true);
    Row few = run(DriftCase.STATE, loads.get(0)).get(0);
    Row many = run(DriftCase.STATE, loads.get(1)).get(0);

    assertThat(many.more().get("checkpoint_bytes"))
        .isGreaterThan(few.more().get("checkpoint_bytes"));
  }

  /** What is remembered of two days is more than what two minutes leave open. */
  @Test
  void stateWithHistory_isTheLargerOne_andHasASlopeOfItsOwn() throws Exception {
    List<Load> loads = DriftCase.STATE.loads(true);
    List<Row> few = run(DriftCase.STATE, loads.get(0));
    List<Row> many = run(DriftCase.STATE, loads.get(1));

    assertThat(many.get(1).more().get("state_bytes"))
        .isGreaterThan(many.get(0).more().get("state_bytes"));
    Row withSlope = Growth.withSlopes(many.get(1), List.of(few.get(0), few.get(1), many.get(0)));
    assertThat(withSlope.more().get("state_slope_bytes_per_feature")).isPositive();
    assertThat(withSlope.more()).doesNotContainKey("state_slope_bytes_per_count");
  }

  @Test
  void live_losesNothing_alsoWhenItIsKilled() throws Exception {
    List<Row> rows = run(DriftCase.LIVE, DriftCase.LIVE.loads(true).get(0));

    assertThat(rows).hasSize(2);
    assertThat(rows.get(0).more().get("predictions_in_tiles"))
        .isPositive()
        .isEqualTo(rows.get(0).more().get("predictions_sent"));
    assertThat(rows.get(0).more().get("readings")).isPositive();
    // The run itself fails where a tile is not what was sent, a drift is missed or made up.
    assertThat(rows.get(0).more().get("tiles_compared")).isGreaterThanOrEqualTo(3);
    assertThat(rows.get(0).more().get("onsets")).isEqualTo(2);
    assertThat(rows.get(0).more().get("onsets_found")).isGreaterThanOrEqualTo(1);
    assertThat(rows.get(1).more()).containsKeys("first_read_s", "caught_up_s");
  }

  private static List<Row> run(DriftCase measured, Load load) throws Exception {
    return measured.run(new Turn(measured, load, true, 7, 1, 0));
  }
}
