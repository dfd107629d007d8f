package dev.runway.flink;

import dev.runway.model.Heartbeat;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Raw events for tests. */
final class Raw {
  static final long KAFKA_TIME = 1_700_000_000_000L;

  private Raw() {}

  static RawEvent event(String key, String value) {
    return event(key, value, KAFKA_TIME);
  }

  static RawEvent event(String key, String value, long kafkaMillis) {
    return new RawEvent(bytes(key), bytes(value), "t", 3, 42, kafkaMillis, List.of());
  }

  static RawEvent prediction(long predictedAt) {
    return prediction(predictedAt, KAFKA_TIME);
  }

  static RawEvent prediction(long predictedAt, long kafkaMillis) {
    return event(
        "p-1", "{\"prediction_id\":\"p-1\",\"predicted_at\":" + predictedAt + "}", kafkaMillis);
  }

  static RawEvent heartbeat(long millis) {
    return heartbeat(Heartbeat.write(millis));
  }

  static RawEvent heartbeat(byte[] word) {
    return withHeader(
        new RawEvent(null, null, "t", 3, 42, KAFKA_TIME, List.of()), Heartbeat.HEADER, word);
  }

  static RawEvent withHeader(RawEvent event, String name, byte[] value) {
    return new RawEvent(
        event.key(),
        event.value(),
        event.topic(),
        event.partition(),
        event.offset(),
        event.kafkaTimestampMillis(),
        List.of(new RawHeader(name, value)));
  }

  static byte[] bytes(String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }
}
