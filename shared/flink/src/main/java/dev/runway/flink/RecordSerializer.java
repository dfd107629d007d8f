package dev.runway.flink;

import dev.runway.model.CauseHeader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * Makes records without a time of their own: the broker stamps them when it appends them. With the
 * element's event time a result about last month would fall to retention as soon as it is written,
 * and one more than an hour ahead would be refused for ever.
 */
final class RecordSerializer<T> implements KafkaRecordSerializationSchema<T> {
  private final String topic;
  private final RecordFormat<T> format;

  RecordSerializer(String topic, RecordFormat<T> format) {
    this.topic = topic;
    this.format = format;
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      T result, KafkaSinkContext context, @Nullable Long timestamp) {
    String cause = format.cause(result);
    return new ProducerRecord<>(
        topic,
        null,
        null,
        format.key(result),
        format.value(result),
        cause == null
            ? null
            : List.of(new RecordHeader(CauseHeader.NAME, cause.getBytes(StandardCharsets.UTF_8))));
  }
}
