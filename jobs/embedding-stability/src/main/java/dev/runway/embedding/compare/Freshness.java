package dev.runway.embedding.compare;

import dev.runway.embedding.state.ItemVector;
import dev.runway.model.EmbeddingStability.Metric;
import java.util.Arrays;
import java.util.List;

/**
 * How long it took from what caused an embedding until readers could see it, over the items of a
 * pair in its newer version. Clocks that run apart make no time negative.
 */
final class Freshness {
  private static final double MILLIS = 1_000;

  private final long[] delaysMillis;
  private int size;

  Freshness(int items) {
    delaysMillis = new long[items];
  }

  void add(ItemVector item) {
    delaysMillis[size++] = Math.max(0, item.storedAtMillis() - item.eventAtMillis());
  }

  /** The 50 % and 95 % quantiles (nearest rank) in seconds. */
  List<Metric> metrics() {
    long[] ascending = Arrays.copyOf(delaysMillis, size);
    Arrays.sort(ascending);
    return List.of(
        quantile("freshness_p50_seconds", ascending, 0.50),
        quantile("freshness_p95_seconds", ascending, 0.95));
  }

  private static Metric quantile(String name, long[] ascending, double q) {
    int n = ascending.length;
    if (n == 0) {
      return new Metric(name, null, null, null, null, 0, "TOO_FEW_PAIRS");
    }
    double value = ascending[(int) Math.ceil(n * q) - 1] / MILLIS;
    return new Metric(name, value, null, null, null, n, null);
  }
}
