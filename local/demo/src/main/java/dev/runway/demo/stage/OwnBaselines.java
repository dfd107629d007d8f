package dev.runway.demo.stage;

import dev.runway.model.Baseline;
import dev.runway.model.BaselineCodec;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Topic;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The baselines that drift-monitor makes itself of what is played in a namespace. */
final class OwnBaselines {
  private static final Duration POLL = Duration.ofMillis(300);

  private final String bootstrapServers;
  private final String namespace;

  OwnBaselines(String bootstrapServers, String namespace) {
    this.bootstrapServers = bootstrapServers;
    this.namespace = namespace;
  }

  /**
   * Waits until a group has committed all predictions and heartbeats that are there now, and again
   * those that came meanwhile: between the two, event time has reached everything behind the
   * source, and what came of it has been written.
   *
   * @throws IOException when it takes longer
   */
  void awaitAllRead(String group, Duration patience) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      for (int round = 0; round < 2; round++) {
        Map<TopicPartition, Long> ends = ends(admin);
        while (!isCommitted(admin, group, ends)) {
          if (System.nanoTime() > deadline) {
            throw new IOException(
                "drift-monitor has not read the predictions within " + patience.toSeconds() + " s");
          }
          TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
      }
    } catch (ExecutionException e) {
      throw new IOException("the broker does not say what has been read: " + e.getCause(), e);
    }
  }

  private Map<TopicPartition, Long> ends(Admin admin)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    for (int partition = 0; partition < Topic.PREDICTIONS.partitions(); partition++) {
      asked.put(
          new TopicPartition(Topic.PREDICTIONS.in(namespace), partition), OffsetSpec.latest());
    }
    Map<TopicPartition, Long> ends = new HashMap<>();
    for (Map.Entry<TopicPartition, ListOffsetsResultInfo> end :
        admin.listOffsets(asked).all().get().entrySet()) {
      ends.put(end.getKey(), end.getValue().offset());
    }
    return ends;
  }

  private static boolean isCommitted(Admin admin, String group, Map<TopicPartition, Long> ends)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetAndMetadata> committed =
        admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
    return ends.entrySet().stream()
        .allMatch(
            end -> {
              OffsetAndMetadata offset = committed.get(end.getKey());
              return offset != null && offset.offset() >= end.getValue();
            });
  }

  /** Those that are on the topic. */
  List<Baseline> read() throws IOException {
    Map<String, Object> settings = Map.of("bootstrap.servers", bootstrapServers);
    List<Baseline> own = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      String topic = Topic.BASELINES.in(namespace);
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          Baseline baseline = BaselineCodec.read(record.value());
          if (baseline.provisional()) {
            own.add(baseline);
          }
        }
      }
    } catch (MalformedEvent e) {
      throw new IOException("a baseline that nobody can read: " + e.getMessage(), e);
    }
    return own;
  }
}
