package dev.runway.flink;

import java.util.Map;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * Writes results to a topic, at least once.
 *
 * <p>There are no transactions: a result may be written twice with the same id and revision and the
 * same content, and readers keep one. That is also what they must do after a failover of any kind,
 * and nothing waits for a checkpoint to be seen.
 */
public final class ResultSink {
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "acks", "all",
          // Revisions put repeats and late repeats right. Sequence numbers would not: a broker
          // killed before it has any batch of a producer takes a later batch first and then refuses
          // the earlier one until it expires, and no checkpoint completes for those two minutes.
          "enable.idempotence", "false",
          // Without them a batch that is retried comes behind the one sent after it, and of two
          // results of one revision the topic's last one counts.
          "max.in.flight.requests.per.connection", "1",
          "compression.type", "lz4",
          // Fewer and fuller requests; a checkpoint does not wait for it.
          "linger.ms", "50",
          // One request may take 30 s; a record is retried for two minutes, then the job restarts
          // from its checkpoint and writes it again.
          "request.timeout.ms", "30000",
          "delivery.timeout.ms", "120000");

  private ResultSink() {}

  /**
   * Ends a stream in a topic.
   *
   * @param topic full name
   * @param uid also the name in the web UI
   */
  public static <T> void add(
      DataStream<T> results, KafkaAccess kafka, String topic, RecordFormat<T> format, String uid) {
    results.sinkTo(of(kafka, topic, format)).uid(uid).name(uid);
  }

  /** The sink alone. */
  public static <T> KafkaSink<T> of(KafkaAccess kafka, String topic, RecordFormat<T> format) {
    return KafkaSink.<T>builder()
        .setKafkaProducerConfig(kafka.clientProperties(DEFAULTS))
        .setBootstrapServers(kafka.bootstrapServers())
        .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
        .setRecordSerializer(new RecordSerializer<>(topic, format))
        .build();
  }
}
