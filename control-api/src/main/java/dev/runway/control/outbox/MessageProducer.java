package dev.runway.control.outbox;

import dev.runway.control.http.RequestId;
import dev.runway.control.options.ControlOptions;
import dev.runway.model.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * A producer under the one transactional id of the namespace: to open it shuts out every one that
 * was opened before.
 */
final class MessageProducer implements AutoCloseable {
  private static final int DELIVERY_MILLIS = 20_000;

  private final String namespace;
  private final KafkaProducer<byte[], byte[]> producer;

  MessageProducer(ControlOptions.Kafka options) {
    namespace = options.namespace();
    Map<String, Object> own = new HashMap<>();
    own.put("transactional.id", namespace + ".control.outbox");
    own.put("client.id", "runway-control-outbox");
    own.put("acks", "all");
    own.put("linger.ms", 0);
    own.put("compression.type", "none");
    own.put("max.request.size", 1_048_576);
    own.put("delivery.timeout.ms", DELIVERY_MILLIS);
    own.put("request.timeout.ms", DELIVERY_MILLIS / 2);
    own.put("max.block.ms", DELIVERY_MILLIS / 2);
    own.put("transaction.timeout.ms", 2 * DELIVERY_MILLIS);
    own.put("reconnect.backoff.max.ms", 1_000);
    producer =
        new KafkaProducer<>(
            options.client(own), new ByteArraySerializer(), new ByteArraySerializer());
    try {
      producer.initTransactions();
    } catch (KafkaException e) {
      producer.close(Duration.ZERO);
      throw e;
    }
  }

  /**
   * One message.
   *
   * @param value null for a tombstone
   */
  record Message(long seq, Topic topic, byte[] key, byte @Nullable [] value, String requestId) {}

  /**
   * Sends messages, in their order and all or none.
   *
   * @throws MessagesRefused if Kafka does not take them, and this producer can go on
   * @throws KafkaException if Kafka may or may not have them, or takes nothing of this producer
   */
  void send(List<Message> messages) throws MessagesRefused {
    producer.beginTransaction();
    String first = messages.get(0).requestId();
    String requestId = first;
    try {
      for (Message message : messages) {
        requestId = message.requestId();
        Future<RecordMetadata> sent = producer.send(record(message));
        if (sent.isDone()) {
          // Refused before it left: the next ones would each wait as long for the same.
          sent.get();
        }
      }
      requestId = first;
      // Fails if any of them did.
      producer.commitTransaction();
    } catch (ExecutionException e) {
      abort(e.getCause() == null ? e : e.getCause(), requestId);
    } catch (KafkaException e) {
      abort(e, requestId);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private ProducerRecord<byte[], byte[]> record(Message message) {
    return new ProducerRecord<>(
        message.topic().in(namespace),
        null,
        message.key(),
        message.value(),
        List.of(
            new RecordHeader(
                RequestId.NAME, message.requestId().getBytes(StandardCharsets.UTF_8))));
  }

  /** Undoes a transaction; Kafka itself refuses that when the producer is of no more use. */
  private void abort(Throwable cause, String requestId) throws MessagesRefused {
    if (cause instanceof InterruptException interrupted) {
      throw interrupted;
    }
    try {
      producer.abortTransaction();
    } catch (KafkaException | IllegalStateException e) {
      e.addSuppressed(cause);
      throw e;
    }
    throw new MessagesRefused(cause, requestId);
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(1));
  }
}
