package dev.runway.flink;

import dev.runway.model.AvroPredictionCodec;
import dev.runway.model.Heartbeat;
import dev.runway.model.Prediction;
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

  /** A prediction's bytes in Avro, without the header that says so. */
  static RawEvent avro(long predictedAt) {
    Prediction prediction =
        new Prediction(
            "p-1",
            "m",
            "1",
            predictedAt,
            0.5,
            null,
            Double.NaN,
            null,
            null,
            null,
            null,
            null,
            Double.NaN,
            1);
    byte[] value = AvroPredictionCodec.write(prediction, List.of());
    return new RawEvent(bytes("p-1"), value, "t", 3, 42, KAFKA_TIME, List.of());
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
