package dev.runway.demo.drift;

import java.time.Duration;
import java.util.List;

/**
 * How drift-monitor is to judge.
 *
 * @param windows of tiers 1 to 4
 * @param minSamples values below which no distribution is judged
 * @param topFeatures features told beside those that drifted
 */
public record DriftWatch(List<Duration> windows, int minSamples, int topFeatures) {

  /**
   * For models that predict 220 times a day, once a day and twice a day: at the tiers' own windows
   * of minutes none of them would ever be judged. A hundred values are the least that drift-monitor
   * accepts; only large shifts are found with so few. All features are told.
   */
  public static final DriftWatch DEMO =
      new DriftWatch(
          List.of(
              Duration.ofDays(2), Duration.ofDays(20), Duration.ofDays(30), Duration.ofHours(4)),
          100,
          20);

  /** Windows that are judged together at most. */
  public static final int MAX_WINDOWS = 6;

  public DriftWatch {
    windows = List.copyOf(windows);
  }

  /** Length of the windows of a tier, 1 to 4. */
  public Duration window(int tier) {
    return windows.get(tier - 1);
  }
}
