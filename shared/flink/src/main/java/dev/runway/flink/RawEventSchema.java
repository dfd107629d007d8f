package dev.runway.flink;

import dev.runway.model.Heartbeat;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Hands records on as they are, without those whose key is sampled out: dropped here they cost one
 * hash and are never parsed. A record without a key goes on, and its decoder samples it by the id
 * inside. Never throws, whatever the bytes.
 */
final class RawEventSchema implements KafkaRecordDeserializationSchema<RawEvent> {
  private final Sampler sampler;

  RawEventSchema(Sampler sampler) {
    this.sampler = sampler;
  }

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<RawEvent> out) {
    byte[] key = record.key();
    // A heartbeat speaks for its whole partition, whatever key it has.
    if (key != null && !sampler.keeps(key) && !isHeartbeat(record)) {
      return;
    }
    out.collect(
        new RawEvent(
            key,
            record.value(),
            record.topic(),
            record.partition(),
            record.offset(),
            record.timestamp(),
            RawHeader.of(record.headers())));
  }

  private static boolean isHeartbeat(ConsumerRecord<byte[], byte[]> record) {
    return RawEvent.isEmpty(record.value())
        && record.headers().lastHeader(Heartbeat.HEADER) != null;
  }

  @Override
  public TypeInformation<RawEvent> getProducedType() {
    return RawEvent.TYPE;
  }
}
