package dev.runway.drift.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EdgesTest {

  private static double psi(Edges edges, double[] reference, double[] current) {
    return BinnedShares.of(edges.count(reference), edges.count(current), Smoothing.JEFFREYS).psi();
  }

  private static double[] atom(int of, double value, int others, long seed) {
    Random random = new Random(seed);
    double[] values = new double[of + others];
    Arrays.fill(values, value);
    for (int i = 0; i < others; i++) {
      values[i] = value - 1 - random.nextDouble() * 50;
    }
    Arrays.sort(values);
    return values;
  }

  /** The atom is the maximum: quantile edges all coincide with it and are dropped. */
  @Test
  void atomOfNearlyAll_hasItsOwnBin() {
    double[] reference = atom(9997, -1, 30, 1);
    double[] current = atom(340, -1, 660, 2);
    assertThat(Edges.quantiles(reference, 10).size()).isZero();

    assertThat(psi(Edges.forReference(reference, 10), reference, current)).isGreaterThan(3);
  }

  @Test
  void constant_thatChanges_isSeen() {
    double[] reference = atom(1000, 4.2, 0, 1);
    Edges edges = Edges.forReference(reference, 10);

    assertThat(psi(edges, reference, atom(500, 4.2, 0, 1))).isZero();
    assertThat(psi(edges, reference, atom(1000, 4.3, 0, 1))).isGreaterThan(5);
    assertThat(psi(edges, reference, atom(1000, 4.1, 0, 1))).isGreaterThan(5);
  }

  @Test
  void discreteValues_haveOneBinEach() {
    double[] reference = new double[300];
    Arrays.setAll(reference, i -> i % 3);
    Arrays.sort(reference);
    Edges edges = Edges.forReference(reference, 10);

    long[] counts = edges.count(new double[] {0, 1, 1, 2, 0.5});
    assertThat(counts).isEqualTo(new long[] {0, 1, 1, 2, 0, 1, 0});
  }

  @Test
  void fold_ofFineCounts_isTheCountInWideBins() {
    Random random = new Random(1);
    double[] values = random.doubles(1000).sorted().toArray();
    Edges wide = Edges.quantiles(values, 10);
    Edges fine = wide.union(Edges.quantiles(values, 70));

    assertThat(fine.fold(fine.count(values), wide)).isEqualTo(wide.count(values));
    assertThatThrownBy(() -> fine.fold(fine.count(values), Edges.of(0.123456)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void fineQuantiles_containTheWideOnes() {
    double[] values = new Random(1).doubles(1234).sorted().toArray();
    Edges wide = Edges.quantiles(values, 10);
    assertThat(Edges.quantiles(values, 120).union(wide)).isEqualTo(Edges.quantiles(values, 120));
  }

  @Test
  void edges_thatDoNotAscend_areRefused() {
    assertThatThrownBy(() -> Edges.of(1, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Edges.of(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
  }
}
