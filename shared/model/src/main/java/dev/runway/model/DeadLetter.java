package dev.runway.model;

import org.jspecify.annotations.Nullable;

/**
 * An event that was refused: where it came from, why, and its bytes.
 *
 * @param partition partition of the source topic; -1 when the event was rebuilt from state
 * @param offset offset in the partition; -1 when the event was rebuilt from state
 * @param field path of the field at fault; null when the event as a whole is
 * @param recordedAtMillis the source record's own Kafka time, so that a replay writes the same
 * @param bytes the event, cut to {@link Limits#DEAD_LETTER_BYTES}
 * @param size bytes of the event before the cut
 */
public record DeadLetter(
    String topic,
    int partition,
    long offset,
    Reason reason,
    @Nullable String field,
    String detail,
    long recordedAtMillis,
    byte[] bytes,
    int size) {

  /** A refused record of a topic. */
  public static DeadLetter of(
      String topic,
      int partition,
      long offset,
      long recordedAtMillis,
      byte @Nullable [] bytes,
      MalformedEvent cause) {
    byte[] whole = bytes == null ? new byte[0] : bytes;
    return new DeadLetter(
        topic,
        partition,
        offset,
        cause.reason(),
        cause.field(),
        cause.detail(),
        recordedAtMillis,
        cut(whole),
        whole.length);
  }

  /** Identity of the refusal: the same event refused for the same reason is one dead letter. */
  public String id() {
    return topic + "/" + partition + "/" + offset + "/" + reason;
  }

  private static byte[] cut(byte[] whole) {
    return whole.length <= Limits.DEAD_LETTER_BYTES
        ? whole
        : java.util.Arrays.copyOf(whole, Limits.DEAD_LETTER_BYTES);
  }
}
