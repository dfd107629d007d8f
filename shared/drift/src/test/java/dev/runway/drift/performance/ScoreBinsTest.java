package dev.runway.drift.performance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Compares the computed bin with a plain search over the edges as the specification lists them. */
class ScoreBinsTest {

  private static final double[] EDGES = edges();

  private static double[] edges() {
    TreeSet<Double> edges = new TreeSet<>();
    for (int k = 1; k <= 24; k++) {
      edges.add(Math.pow(2, -k) / 256);
      edges.add(1 - Math.pow(2, -k) / 256);
    }
    for (int i = 1; i <= 255; i++) {
      edges.add(i / 256.0);
    }
    return edges.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static int search(double score) {
    int bin = 0;
    while (bin < EDGES.length && score > EDGES[bin]) {
      bin++;
    }
    return bin;
  }

  @Test
  void edges_areThoseOfTheSpecification() {
    assertThat(EDGES).hasSize(ScoreBins.SIZE - 1);
    for (int bin = 0; bin < ScoreBins.SIZE - 1; bin++) {
      assertThat(ScoreBins.upperEdge(bin)).isEqualTo(EDGES[bin]);
      assertThat(ScoreBins.lowerEdge(bin + 1)).isEqualTo(EDGES[bin]);
    }
    assertThat(ScoreBins.lowerEdge(0)).isZero();
    assertThat(ScoreBins.upperEdge(ScoreBins.SIZE - 1)).isEqualTo(1);
  }

  @Test
  void index_atAndBesideEveryEdge_equalsASearch() {
    for (double edge : EDGES) {
      for (double score : new double[] {Math.nextDown(edge), edge, Math.nextUp(edge)}) {
        assertThat(ScoreBins.index(score)).as("score %s", score).isEqualTo(search(score));
      }
    }
  }

  @Test
  void index_atTheEndsOfTheRange_equalsASearch() {
    double[] ends = {0, -0.0, Double.MIN_VALUE, Double.MIN_NORMAL, 1e-300, Math.nextDown(1.0), 1};
    for (double score : ends) {
      assertThat(ScoreBins.index(score)).as("score %s", score).isEqualTo(search(score));
    }
  }

  @Test
  void index_ofRandomScores_equalsASearch() {
    Random random = new Random(4);
    for (int i = 0; i < 300_000; i++) {
      double tail = Math.pow(2, -45 * random.nextDouble());
      double score = i % 3 == 0 ? random.nextDouble() : i % 3 == 1 ? tail : 1 - tail;
      assertThat(ScoreBins.index(score)).isEqualTo(search(score));
    }
  }
}
