package dev.runway.bench.drift;

import dev.runway.bench.drift.Load.Encoding;
import java.time.Duration;

/**
 * How long a measurement is, in predictions.
 *
 * @param perMinute of event time, of all models
 * @param warmUp before it is measured
 * @param window how long the job gathers predictions before it judges them
 */
record Extent(long perMinute, long warmUp, long measured, Duration window) {
  /**
   * Counts in a minute of event time. So tiles leave after as many predictions as at ten billion a
   * day with 100 features and a checkpoint every ten seconds, before which they leave.
   */
  private static final long COUNTS_PER_MINUTE = 100_000_000;

  private static final long QUICK_COUNTS_PER_MINUTE = 1_000_000;

  /** The job's default of the most important tier. */
  private static final Duration WINDOW = Duration.ofMinutes(10);

  /** That of a load; minutes end in the midst of what is measured. */
  static Extent of(Load load, boolean quick) {
    long perMinute = (quick ? QUICK_COUNTS_PER_MINUTE : COUNTS_PER_MINUTE) / load.counted();
    // The first minute ends after a fifth of its predictions. JSON takes five times as long.
    long warmUp =
        load.encoding() == Encoding.AVRO && !quick ? perMinute * 8 / 5 : perMinute * 2 / 5;
    return new Extent(perMinute, warmUp, perMinute, WINDOW);
  }

  /** That of the peer, which takes a hundred times as long: two minutes of fewer predictions. */
  static Extent ofPeer(Load load, boolean quick) {
    long perMinute = (quick ? 200_000 : 1_500_000) / load.counted();
    return new Extent(perMinute, perMinute * 2 / 5, 2 * perMinute, WINDOW);
  }

  /** So many predictions of each model in each of two minutes, to look at the state. */
  static Extent ofState(Load load, int each) {
    long perMinute = (long) each * load.models();
    return new Extent(perMinute, perMinute / 10, perMinute, WINDOW);
  }

  /**
   * Days of event time with few predictions, so that the past is all there is: windows of an hour,
   * of each model some six predictions.
   */
  static Extent ofHistory(Load load, int days) {
    long perMinute = Math.max(1, load.models() / 10);
    return new Extent(
        perMinute,
        perMinute * Duration.ofHours(1).toMinutes(),
        perMinute * Duration.ofDays(days).toMinutes(),
        Duration.ofHours(1));
  }

  /** Minutes that have a tile at the end. */
  int minutes() {
    long at = perMinute * 4 / 5 + warmUp + measured;
    return (int) ((at + perMinute - 1) / perMinute);
  }
}
