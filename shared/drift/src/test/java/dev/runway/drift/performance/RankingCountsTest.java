package dev.runway.drift.performance;

import static dev.runway.drift.performance.PerformanceVectors.metric;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import org.junit.jupiter.api.Test;

class RankingCountsTest {

  private static RankingCounts of(double[]... lists) {
    RankingCounts counts = new RankingCounts();
    for (double[] list : lists) {
      counts.add(list, null, Weight.ONE, 1);
    }
    return counts;
  }

  private static double[] positions(int length, int... relevant) {
    double[] list = new double[length];
    for (int position : relevant) {
      list[position - 1] = 1;
    }
    return list;
  }

  @Test
  void metrics_ofTwoLists_areTheirMeans() {
    RankingCounts counts = of(positions(12, 1, 4, 11, 12), positions(4, 2), positions(5));

    assertThat(metric(counts, "mrr").value()).isCloseTo((1 + 0.5) / 3, offset(1e-15));
    assertThat(metric(counts, "hit_at_1").value()).isCloseTo(1 / 3.0, offset(1e-15));
    assertThat(metric(counts, "hit_at_10").value()).isCloseTo(2 / 3.0, offset(1e-15));
    assertThat(metric(counts, "ctr").value()).isCloseTo(5 / 21.0, offset(1e-15));
    assertThat(metric(counts, "ctr").n()).isEqualTo(21);
    assertThat(metric(counts, "no_relevant_rate").value()).isCloseTo(1 / 3.0, offset(1e-15));
  }

  @Test
  void recall_leavesOutListsWithoutRelevantItems() {
    Metric recall = metric(of(positions(12, 1, 4, 11, 12), positions(5)), "recall_at_10");
    assertThat(recall.value()).isEqualTo(0.5);
    assertThat(recall.n()).isEqualTo(1);
    assertThat(metric(of(positions(5)), "recall_at_10").value()).isNull();
  }

  @Test
  void firstRelevantBehindTen_isNoHit() {
    RankingCounts counts = of(positions(12, 11));
    assertThat(metric(counts, "hit_at_10").value()).isZero();
    assertThat(metric(counts, "ndcg_at_10").value()).isZero();
    assertThat(metric(counts, "ndcg").value()).isCloseTo(Math.log(2) / Math.log(12), offset(1e-15));
    assertThat(metric(counts, "mrr").value()).isCloseTo(1 / 11.0, offset(1e-15));
  }

  @Test
  void ndcg_ofHugeRelevances_isTheLimitOfTheRatio() {
    double second = Math.log(2) / Math.log(3);
    RankingCounts counts = of(new double[] {1e12 - 50, 1e12});
    assertThat(metric(counts, "ndcg").value()).isCloseTo(second, offset(1e-12));
    double half = (1 + 2 * second) / (2 + second);
    assertThat(metric(of(new double[] {99, 100}), "ndcg").value()).isCloseTo(half, offset(1e-15));
    assertThat(metric(of(new double[] {2, -7}), "ndcg_lin").value()).isEqualTo(1);
  }

  /** Click at position 1 looked at always, none at 2 looked at half the time: 1 / (1 + 2). */
  @Test
  void inversePropensity_weighsPositionsByHowSeldomTheyAreSeen() {
    RankingCounts counts = new RankingCounts();
    counts.add(new double[] {1, 0}, new double[] {1, 0.5}, Weight.ONE, 1);
    Metric ips = metric(counts, "ctr_ips");

    assertThat(ips.value()).isCloseTo(1 / 3.0, offset(1e-15));
    assertThat(ips.effectiveN()).isCloseTo(9 / 5.0, offset(1e-12));
    assertThat(metric(of(positions(3, 1)), "ctr_ips").value()).isNull();
  }

  @Test
  void badLists_areRefusedAndChangeNothing() {
    RankingCounts counts = new RankingCounts();
    double[][] lists = {{}, new double[101], {Double.NaN}, {1.1e12}, {Double.POSITIVE_INFINITY}};
    for (double[] list : lists) {
      assertThatThrownBy(() -> counts.add(list, null, Weight.ONE, 1))
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (double[] propensities : new double[][] {{1, 1}, {0}, {1.5}, {Double.NaN}}) {
      assertThatThrownBy(() -> counts.add(new double[] {1}, propensities, Weight.ONE, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("propensit");
    }
    assertThat(counts.isEmpty()).isTrue();
  }
}
