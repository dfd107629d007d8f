package dev.runway.model;

import java.time.Duration;
import java.time.Instant;

/** When a baseline may be of, and from when on it holds: the same for jobs and publishers. */
public final class BaselineTimes {
  /** From its creation to the predictions it holds for; a publisher has so long to write it. */
  public static final Duration NOTICE = Duration.ofMinutes(1);

  /** As for events of a replay: seconds sent as milliseconds land in January 1970. */
  private static final Instant EARLIEST = Instant.parse("1980-01-01T00:00:00Z");

  /**
   * How far ahead of its record a baseline's creation may be. One that is further ahead would hold
   * from then on, and until then push out those that do hold.
   */
  private static final Duration AHEAD = Duration.ofDays(1);

  private BaselineTimes() {}

  /**
   * Refuses a time of creation that is not to be believed.
   *
   * @param recordMillis time of the record that carries it, so that every replay judges the same;
   *     below 0 where its producer gave none
   * @throws MalformedEvent BAD_VALUE of {@code created_at}
   */
  public static void requireCreated(long createdAtMillis, long recordMillis) throws MalformedEvent {
    if (createdAtMillis < EARLIEST.toEpochMilli()) {
      throw new MalformedEvent(
          Reason.BAD_VALUE,
          "created_at",
          Instant.ofEpochMilli(createdAtMillis)
              + " is before 1980; are these seconds sent as milliseconds?");
    }
    if (recordMillis >= 0 && createdAtMillis > recordMillis + AHEAD.toMillis()) {
      throw new MalformedEvent(
          Reason.BAD_VALUE,
          "created_at",
          "%s is more than a day after its record of %s"
              .formatted(
                  Instant.ofEpochMilli(createdAtMillis), Instant.ofEpochMilli(recordMillis)));
    }
  }

  /**
   * Refuses data that end later than the baseline was made of them: what is compared by it would
   * seem to be trained on the day until then.
   *
   * @throws MalformedEvent BAD_VALUE of {@code data_end}
   */
  public static void requireDataEnd(long dataEndMillis, long createdAtMillis)
      throws MalformedEvent {
    if (dataEndMillis > createdAtMillis + Limits.MAX_AHEAD.toMillis()) {
      throw new MalformedEvent(
          Reason.BAD_VALUE,
          "data_end",
          "%s is more than %d minutes after the baseline was made, at %s"
              .formatted(
                  Instant.ofEpochMilli(dataEndMillis),
                  Limits.MAX_AHEAD.toMinutes(),
                  Instant.ofEpochMilli(createdAtMillis)));
    }
  }
}
