package dev.runway.flink;

import dev.runway.model.EventTime;
import dev.runway.model.Limits;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;

/**
 * Which event times are believed. Measured against the Kafka time of the record itself, never
 * against a clock, so that a replay judges every event as it was judged the first time.
 */
public final class TimeBounds implements Serializable {
  private static final long MAX_AHEAD_MILLIS = Limits.MAX_AHEAD.toMillis();

  /** The longest window, the longest horizon, and a week for an outcome without prediction. */
  private static final long END_OF_HISTORY_MILLIS =
      Limits.MAX_WINDOW.plus(Limits.MAX_HORIZON).plus(Duration.ofDays(7)).toMillis();

  private final boolean absolute;
  private final long millis;

  private TimeBounds(boolean absolute, long millis) {
    this.absolute = absolute;
    this.millis = millis;
  }

  /** Events up to an age, counted back from their record's Kafka time: for live traffic. */
  public static TimeBounds maxAge(Duration age) {
    return new TimeBounds(false, age.toMillis());
  }

  /**
   * Events from an instant on: for replays of history. An instant such as 1980-01-01 still catches
   * seconds sent as milliseconds.
   */
  public static TimeBounds earliest(Instant instant) {
    return new TimeBounds(true, instant.toEpochMilli());
  }

  /** Whether this is a replay of history, whose events are far behind their records. */
  public boolean isReplay() {
    return absolute;
  }

  /** Whether an event lies further ahead of its own record than {@link Limits#MAX_AHEAD}. */
  public boolean isFuture(long eventMillis, long kafkaTimestampMillis) {
    return eventMillis > kafkaTimestampMillis + MAX_AHEAD_MILLIS;
  }

  /**
   * Whether a heartbeat lies further ahead of its own record than any producer has reason to: live
   * as far as an event may, and in a replay, whose last word ends all windows and horizons, by the
   * longest of them. Microseconds sent as milliseconds are beyond both.
   */
  public boolean isFutureHeartbeat(long millis, long kafkaTimestampMillis) {
    return millis > latestHeartbeat(kafkaTimestampMillis);
  }

  /** The latest accepted heartbeat of a record, in epoch milliseconds. */
  public long latestHeartbeat(long kafkaTimestampMillis) {
    return kafkaTimestampMillis + MAX_AHEAD_MILLIS + (absolute ? END_OF_HISTORY_MILLIS : 0);
  }

  /** Whether an event is older than what is accepted. */
  public boolean isAncient(long eventMillis, long kafkaTimestampMillis) {
    return eventMillis < floor(kafkaTimestampMillis);
  }

  /** Whether an event has a time that is neither too far ahead nor too old. */
  public boolean isSane(long eventMillis, long kafkaTimestampMillis) {
    return eventMillis != EventTime.NONE
        && !isFuture(eventMillis, kafkaTimestampMillis)
        && !isAncient(eventMillis, kafkaTimestampMillis);
  }

  /** The oldest accepted event time of a record, in epoch milliseconds. */
  public long floor(long kafkaTimestampMillis) {
    return absolute ? millis : kafkaTimestampMillis - millis;
  }
}
