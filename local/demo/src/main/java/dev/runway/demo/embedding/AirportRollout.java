package dev.runway.demo.embedding;

import dev.runway.model.Embedding;
import dev.runway.model.EmbeddingCodec;
import dev.runway.model.EmbeddingSpace.Pair;
import dev.runway.model.EmbeddingSpaceCodec;
import dev.runway.model.EmbeddingStability;
import dev.runway.model.EmbeddingStability.Floor;
import dev.runway.model.EmbeddingStabilityCodec;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Topic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Sends the airports' versions to a broker, and waits for what is said of them. */
final class AirportRollout {
  private static final Duration POLL = Duration.ofMillis(200);

  private final String bootstrapServers;
  private final String namespace;
  private final AirportSpace space;
  private final SpaceRegister register;

  /**
   * @param namespace whose topics are there, and on which embedding-stability runs
   * @param register what writes documents to the namespace's topic
   */
  AirportRollout(
      String bootstrapServers, String namespace, AirportSpace space, SpaceRegister register) {
    this.bootstrapServers = bootstrapServers;
    this.namespace = namespace;
    this.space = space;
    this.register = register;
  }

  /**
   * Sends the document and all vectors, and reads until each pair is told of by all of them.
   *
   * @param nowMillis when the vectors are stored
   * @return what was last told, the baseline pair first
   * @throws IOException if it does not come in time
   */
  Map<Pair, EmbeddingStability> play(long nowMillis, Duration patience)
      throws IOException, InterruptedException {
    try (KafkaConsumer<byte[], byte[]> results = atTheEndOf(Topic.EMBEDDING_STABILITY);
        KafkaConsumer<byte[], byte[]> documents = atTheEndOf(Topic.SPACES)) {
      long revision = register.write(space.document(1));
      awaitDocument(documents, revision, patience);
      send(vectors(nowMillis));
      return await(results, revision, patience);
    }
  }

  private KafkaConsumer<byte[], byte[]> atTheEndOf(Topic topic) {
    KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(reading());
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic.in(namespace)).stream()
            .map(each -> new TopicPartition(each.topic(), each.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    // It seeks when it is asked where it is.
    partitions.forEach(consumer::position);
    return consumer;
  }

  /** Ends the space: what is kept of it goes, and no answer about it passes any more. */
  void end() throws IOException, InterruptedException {
    register.end(AirportSpace.ID);
  }

  /** Vectors of versions that no document names yet would be refused. */
  private static void awaitDocument(
      KafkaConsumer<byte[], byte[]> documents, long revision, Duration patience)
      throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (System.nanoTime() - deadline < 0) {
      for (ConsumerRecord<byte[], byte[]> record : documents.poll(POLL)) {
        if (isDocument(record, revision)) {
          return;
        }
      }
    }
    throw new IOException(
        "revision %d of %s is not on its topic after %d s"
            .formatted(revision, AirportSpace.ID, patience.toSeconds()));
  }

  private static boolean isDocument(ConsumerRecord<byte[], byte[]> record, long revision) {
    try {
      return record.value() != null
          && Arrays.equals(record.key(), bytes(AirportSpace.ID))
          && EmbeddingSpaceCodec.read(record.value()).revision() == revision;
    } catch (MalformedEvent ofAnother) {
      return false;
    }
  }

  private List<ProducerRecord<byte[], byte[]>> vectors(long nowMillis) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    space
        .versions()
        .forEach(
            (version, vectors) ->
                vectors.forEach(
                    (airport, vector) -> {
                      Embedding embedding =
                          new Embedding(
                              AirportSpace.ID, version, airport, vector, nowMillis, nowMillis);
                      records.add(
                          new ProducerRecord<>(
                              Topic.EMBEDDINGS.in(namespace),
                              bytes(airport),
                              EmbeddingCodec.write(embedding)));
                    }));
    return records;
  }

  private void send(List<ProducerRecord<byte[], byte[]>> records)
      throws IOException, InterruptedException {
    Map<String, Object> settings = Map.of("bootstrap.servers", bootstrapServers, "acks", "all");
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (ProducerRecord<byte[], byte[]> record : records) {
        sent.add(producer.send(record));
      }
      producer.flush();
      for (Future<RecordMetadata> each : sent) {
        each.get();
      }
    } catch (ExecutionException e) {
      throw new IOException("the broker does not take the airports' vectors: " + e.getCause(), e);
    }
  }

  private Map<Pair, EmbeddingStability> await(
      KafkaConsumer<byte[], byte[]> consumer, long revision, Duration patience) throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    Map<Pair, EmbeddingStability> told = new HashMap<>();
    while (!isAllTold(told)) {
      if (System.nanoTime() - deadline > 0) {
        throw new IOException(
            "embedding-stability told of %d of %d pairs in %d s: does it run?"
                .formatted(told.size(), space.pairs().size(), patience.toSeconds()));
      }
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        EmbeddingStability stability = read(record);
        if (stability.spaceId().equals(AirportSpace.ID)
            && stability.documentRevision() == revision) {
          told.put(new Pair(stability.versionBefore(), stability.versionAfter()), stability);
        }
      }
    }
    Map<Pair, EmbeddingStability> inOrder = new LinkedHashMap<>();
    space.pairs().forEach(pair -> inOrder.put(pair, told.get(pair)));
    return inOrder;
  }

  private static EmbeddingStability read(ConsumerRecord<byte[], byte[]> record) throws IOException {
    try {
      return EmbeddingStabilityCodec.read(record.value());
    } catch (MalformedEvent e) {
      throw new IOException("a result that breaks its own contract: " + e.detail(), e);
    }
  }

  /** By all vectors, and judged by what was told of all vectors of the baseline pair. */
  private boolean isAllTold(Map<Pair, EmbeddingStability> told) {
    List<Pair> pairs = space.pairs();
    EmbeddingStability baseline = told.get(pairs.get(0));
    return baseline != null
        && pairs.stream().allMatch(pair -> isTold(pair, told.get(pair), baseline));
  }

  private boolean isTold(
      Pair pair, @Nullable EmbeddingStability stability, EmbeddingStability baseline) {
    if (stability == null
        || stability.itemsBefore() != items(pair.before())
        || stability.itemsAfter() != items(pair.after())) {
      return false;
    }
    Floor floor = stability.floor();
    Double overlap = baseline.value("knn_overlap");
    return floor != null && overlap != null && overlap == floor.overlap();
  }

  private int items(String version) {
    return space.versions().getOrDefault(version, Collections.emptySortedMap()).size();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private Properties reading() {
    Properties settings = new Properties();
    settings.putAll(
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ConsumerConfig.CLIENT_ID_CONFIG,
            "runway-airports",
            ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
            ByteArrayDeserializer.class.getName(),
            ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
            ByteArrayDeserializer.class.getName(),
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            "false",
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed"));
    return settings;
  }
}
