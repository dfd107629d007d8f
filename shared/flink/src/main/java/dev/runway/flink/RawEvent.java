package dev.runway.flink;

import dev.runway.flink.types.VersionedTypeInfo;
import dev.runway.model.EventTime;
import dev.runway.model.Heartbeat;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka record as it came: nothing parsed yet, so that whatever its bytes are the source does not
 * fail. The arrays are not copied and nobody writes to them.
 *
 * @param key null when the producer sent none
 * @param value null for a tombstone; heartbeats are empty or null
 * @param kafkaTimestampMillis append time of the record on topics with LogAppendTime, as all of
 *     Runway's event topics have; the same again in a replay, unlike a clock
 * @param headers only those of {@link RawHeader#isKept}, at most {@link RawHeader#MAX_COUNT}
 */
public record RawEvent(
    byte @Nullable [] key,
    byte @Nullable [] value,
    String topic,
    int partition,
    long offset,
    long kafkaTimestampMillis,
    List<RawHeader> headers) {

  /** How raw events travel between operators that are not chained. */
  public static final TypeInformation<RawEvent> TYPE =
      VersionedTypeInfo.of(RawEvent.class, new RawEventSerializer());

  /** The value of the newest header of a name, or null. */
  public byte @Nullable [] header(String name) {
    for (int i = headers.size() - 1; i >= 0; i--) {
      if (headers.get(i).name().equals(name)) {
        return headers.get(i).value();
      }
    }
    return null;
  }

  /**
   * Whether this is a producer's heartbeat, which carries a time and no event. A record with a
   * value is an event whatever its headers say.
   */
  public boolean isHeartbeat() {
    return isEmpty(value) && !headers.isEmpty() && header(Heartbeat.HEADER) != null;
  }

  static boolean isEmpty(byte @Nullable [] value) {
    return value == null || value.length == 0;
  }

  /** A heartbeat's time in epoch milliseconds, or {@link EventTime#NONE} when it is no number. */
  public long heartbeatMillis() {
    return headers.isEmpty() ? EventTime.NONE : Heartbeat.read(header(Heartbeat.HEADER));
  }
}
