package dev.runway.embedding.compare;

import dev.runway.drift.embedding.QuantileRanks;
import dev.runway.embedding.state.ItemVector;
import dev.runway.model.EmbeddingStability.Metric;
import java.util.Arrays;
import java.util.List;

/**
 * Times of the items of a pair in its newer version: how long it took from what caused an embedding
 * until readers could see it, and since when readers can. Clocks that run apart make no delay
 * negative.
 */
final class Freshness {
  private static final double MILLIS = 1_000;

  private final long[] delaysMillis;
  private final long[] storedAtMillis;
  private int size;

  Freshness(int items) {
    delaysMillis = new long[items];
    storedAtMillis = new long[items];
  }

  void add(ItemVector item) {
    delaysMillis[size] = Math.max(0, item.storedAtMillis() - item.eventAtMillis());
    storedAtMillis[size] = item.storedAtMillis();
    size++;
  }

  /**
   * Quantiles (nearest rank) between the values that enclose them in 95 % of samples, in seconds;
   * of the time of storing the 5 % quantile since 1970: 19 of 20 were stored then or later. A
   * twentieth may be items that the newer training no longer has.
   */
  List<Metric> metrics() {
    long[] delays = ascending(delaysMillis);
    return List.of(
        quantile("freshness_p50_seconds", delays, 0.50),
        quantile("freshness_p95_seconds", delays, 0.95),
        quantile("stored_at_p05_seconds", ascending(storedAtMillis), 0.05));
  }

  private long[] ascending(long[] millis) {
    long[] ascending = Arrays.copyOf(millis, size);
    Arrays.sort(ascending);
    return ascending;
  }

  private static Metric quantile(String name, long[] ascending, double q) {
    int n = ascending.length;
    if (n == 0) {
      return new Metric(name, null, null, null, null, 0, "TOO_FEW_PAIRS");
    }
    QuantileRanks ranks = QuantileRanks.of(q, n);
    return new Metric(
        name,
        ascending[ranks.at()] / MILLIS,
        null,
        ascending[ranks.low()] / MILLIS,
        ascending[ranks.high()] / MILLIS,
        n,
        null);
  }
}
