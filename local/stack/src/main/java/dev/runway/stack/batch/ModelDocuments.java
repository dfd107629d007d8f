package dev.runway.stack.batch;

import dev.runway.model.MalformedEvent;
import dev.runway.model.ModelDocument;
import dev.runway.model.ModelDocumentCodec;
import dev.runway.model.Topic;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The documents of a namespace's models, as its topic has them now. */
final class ModelDocuments {
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private ModelDocuments() {}

  /** The newest document of every model. */
  static Map<String, ModelDocument> read(String bootstrapServers, String namespace)
      throws IOException {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", bootstrapServers, "enable.auto.commit", "false");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(Topic.MODELS.in(namespace)).stream()
              .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      return readToEnd(consumer, consumer.endOffsets(partitions));
    } catch (KafkaException e) {
      throw new IOException("cannot read the models of " + namespace + ": " + e.getMessage(), e);
    }
  }

  private static Map<String, ModelDocument> readToEnd(
      KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) throws IOException {
    Map<String, ModelDocument> documents = new TreeMap<>();
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      if (System.nanoTime() > deadline) {
        throw new IOException("the broker does not give the model documents");
      }
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        take(record.value(), documents);
      }
    }
    return documents;
  }

  private static void take(byte[] value, Map<String, ModelDocument> documents) {
    try {
      ModelDocument document = ModelDocumentCodec.read(value);
      documents.put(document.modelId(), document);
    } catch (MalformedEvent e) {
      // The jobs pass over it too, and say so; a withdrawn one has no value at all.
    }
  }
}
