package dev.runway.embedding.traffic;

/**
 * One part of the sums of a window, see {@link
 * dev.runway.drift.embedding.traffic.TrafficSums#part}.
 *
 * @param numbers nobody writes to them
 */
public record TrafficPart(double[] numbers) {

  /** The sum of two of the same length. */
  TrafficPart plus(double[] more) {
    double[] sum = numbers.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += more[i];
    }
    return new TrafficPart(sum);
  }
}
