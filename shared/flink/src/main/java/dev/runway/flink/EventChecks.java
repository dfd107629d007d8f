package dev.runway.flink;

import dev.runway.model.EventTime;
import dev.runway.model.Heartbeat;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Reason;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Checks of an event against the record that carried it. */
public final class EventChecks {
  private EventChecks() {}

  /**
   * Refuses an event time that is not to be believed.
   *
   * @param field name of the time's field, for the dead letter
   * @throws MalformedEvent FUTURE or ANCIENT
   */
  public static void requireSaneTime(
      RawEvent raw, String field, long eventMillis, TimeBounds bounds) throws MalformedEvent {
    long recorded = raw.kafkaTimestampMillis();
    if (bounds.isFuture(eventMillis, recorded)) {
      throw new MalformedEvent(
          Reason.FUTURE,
          field,
          at(eventMillis) + " is more than 10 minutes after its record of " + at(recorded));
    }
    if (bounds.isAncient(eventMillis, recorded)) {
      throw new MalformedEvent(
          Reason.ANCIENT,
          field,
          at(eventMillis)
              + " is before "
              + at(bounds.floor(recorded))
              + ", the oldest accepted; are these seconds sent as milliseconds?");
    }
  }

  /**
   * Refuses a heartbeat whose time is not to be believed; the watermark does not believe it either.
   *
   * @throws MalformedEvent BAD_VALUE or FUTURE
   */
  static void requireSaneHeartbeat(RawEvent raw, TimeBounds bounds) throws MalformedEvent {
    long millis = raw.heartbeatMillis();
    if (millis == EventTime.NONE) {
      throw new MalformedEvent(
          Reason.BAD_VALUE, Heartbeat.HEADER, "epoch milliseconds as decimal text are due");
    }
    long recorded = raw.kafkaTimestampMillis();
    if (bounds.isFutureHeartbeat(millis, recorded)) {
      throw new MalformedEvent(
          Reason.FUTURE,
          Heartbeat.HEADER,
          at(millis)
              + " is after "
              + at(bounds.latestHeartbeat(recorded))
              + ", the latest accepted; are these microseconds?");
    }
  }

  /**
   * Refuses an event whose Kafka key is not its own id: sampling looks at the key, joining at the
   * id. A record without a key is accepted.
   *
   * @throws MalformedEvent KEY_MISMATCH
   */
  public static void requireKey(RawEvent raw, String predictionId) throws MalformedEvent {
    requireKey(raw, "prediction_id", predictionId);
  }

  /**
   * Same for an event with another id.
   *
   * @param field name of the id's field, for the dead letter
   */
  public static void requireKey(RawEvent raw, String field, String id) throws MalformedEvent {
    byte[] key = raw.key();
    if (key != null && !isAscii(key, id)) {
      throw new MalformedEvent(
          Reason.KEY_MISMATCH, field, "the record's key of " + key.length + " bytes is not " + id);
    }
  }

  /** Ids are printable ASCII, so one byte is one character. */
  private static boolean isAscii(byte @Nullable [] key, String id) {
    if (key == null || key.length != id.length()) {
      return false;
    }
    for (int i = 0; i < key.length; i++) {
      if (key[i] != id.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Epoch milliseconds as text; far ones as the bare number, for Instant ends before long does. */
  private static String at(long millis) {
    return millis < -62_135_596_800_000L || millis > 253_402_300_799_999L
        ? millis + " ms"
        : Instant.ofEpochMilli(millis).toString();
  }
}
