package dev.runway.model;

import org.jspecify.annotations.Nullable;

/** JSON form of a {@link DeadLetter}, contract {@code schemas/dead-letter.schema.json}. */
public final class DeadLetterCodec {
  private DeadLetterCodec() {}

  /** Writes a dead letter; the event's bytes are base64. */
  public static byte[] write(DeadLetter letter) {
    return JsonBytes.object(
        out -> {
          out.field("topic", letter.topic());
          out.field("partition", letter.partition());
          out.field("offset", letter.offset());
          out.field("reason", letter.reason().name());
          out.field("field", letter.field());
          out.field("detail", letter.detail());
          out.field("recorded_at", letter.recordedAtMillis());
          out.field("size", letter.size());
          out.field("bytes", letter.bytes());
        });
  }

  /**
   * Reads a dead letter.
   *
   * @throws MalformedEvent with the field at fault
   */
  public static DeadLetter read(byte @Nullable [] bytes) throws MalformedEvent {
    String topic = null;
    int partition = -1;
    long offset = -1;
    Reason reason = null;
    String field = null;
    String detail = "";
    long recordedAt = EventTime.NONE;
    int size = 0;
    byte[] event = new byte[0];
    try (StrictJson json = StrictJson.open(bytes)) {
      for (String name = json.nextField(); name != null; name = json.nextField()) {
        switch (name) {
          case "topic" -> topic = json.name();
          case "partition" -> partition = (int) json.integer(-1, Integer.MAX_VALUE);
          case "offset" -> offset = json.integer(-1, Long.MAX_VALUE);
          case "reason" -> reason = json.constant(Reason.class);
          case "field" -> field = json.freeText();
          case "detail" -> detail = json.freeText();
          case "recorded_at" -> recordedAt = json.instantMillis();
          case "size" -> size = (int) json.integer(0, Integer.MAX_VALUE);
          case "bytes" -> event = json.base64();
          default -> json.skip();
        }
      }
      json.end();
    }
    if (topic == null) {
      throw StrictJson.missing("topic");
    }
    if (reason == null) {
      throw StrictJson.missing("reason");
    }
    if (recordedAt == EventTime.NONE) {
      throw StrictJson.missing("recorded_at");
    }
    return new DeadLetter(topic, partition, offset, reason, field, detail, recordedAt, event, size);
  }
}
