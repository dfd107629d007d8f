package dev.runway.drift.window;

import java.time.Duration;

/**
 * How closely a model is watched.
 *
 * @param windowMillis length of an evaluation window, whole minutes
 * @param persistence flagged windows in a row that are an alarm
 */
public record Tier(long windowMillis, int persistence) {

  private static final Tier FIRST = new Tier(Duration.ofMinutes(10).toMillis(), 2);
  private static final Tier SECOND = new Tier(Duration.ofMinutes(20).toMillis(), 2);
  private static final Tier THIRD = new Tier(Duration.ofHours(1).toMillis(), 3);
  private static final Tier FOURTH = new Tier(Duration.ofHours(4).toMillis(), 3);

  /** The tier of a number; beyond 3 it is the last one. */
  public static Tier of(int number) {
    return switch (number) {
      case 1 -> FIRST;
      case 2 -> SECOND;
      case 3 -> THIRD;
      default -> FOURTH;
    };
  }
}
