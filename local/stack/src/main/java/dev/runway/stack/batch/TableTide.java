package dev.runway.stack.batch;

import dev.runway.model.Topic;
import dev.runway.stack.StackClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Waits until result-tables has written what is in its topics by now. It commits offsets with each
 * checkpoint, and writes its rows before each of them.
 */
final class TableTide {
  private static final Duration POLL = Duration.ofMillis(300);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final StackClient client;
  private final String namespace;
  private final String group;

  TableTide(StackClient client, String namespace, String group) {
    this.client = client;
    this.namespace = namespace;
    this.group = group;
  }

  /**
   * @throws IOException when the job has gone on with nothing for two minutes
   */
  void await() throws IOException, InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", client.bootstrapServers()))) {
      Map<TopicPartition, Long> goal = ends(admin);
      long before = -1;
      long lastNews = System.nanoTime();
      for (long left = left(admin, goal); left > 0; left = left(admin, goal)) {
        if (left != before) {
          lastNews = System.nanoTime();
        } else if (System.nanoTime() - lastNews > PATIENCE.toNanos()) {
          throw new IOException(
              "the tables do not take the last "
                  + left
                  + " readings: see ./runway status and logs");
        }
        before = left;
        TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
      }
    } catch (ExecutionException e) {
      throw new IOException("the broker does not say how far the tables are: " + e.getCause(), e);
    }
  }

  private Map<TopicPartition, Long> ends(Admin admin)
      throws ExecutionException, InterruptedException {
    List<String> topics =
        List.of(Topic.PERFORMANCE_MASTER.in(namespace), Topic.PERFORMANCE.in(namespace));
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    for (TopicDescription topic : admin.describeTopics(topics).allTopicNames().get().values()) {
      topic
          .partitions()
          .forEach(
              p ->
                  latest.put(new TopicPartition(topic.name(), p.partition()), OffsetSpec.latest()));
    }
    Map<TopicPartition, Long> ends = new HashMap<>();
    Map<TopicPartition, ListOffsetsResult.ListOffsetsResultInfo> found =
        admin.listOffsets(latest).all().get();
    found.forEach((partition, end) -> ends.put(partition, end.offset()));
    ends.values().removeIf(end -> end == 0);
    return ends;
  }

  private long left(Admin admin, Map<TopicPartition, Long> goal)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetAndMetadata> committed =
        admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
    List<Long> lags = new ArrayList<>();
    goal.forEach(
        (partition, end) -> {
          OffsetAndMetadata read = committed.get(partition);
          lags.add(Math.max(0, end - (read == null ? 0 : read.offset())));
        });
    return lags.stream().mapToLong(lag -> lag).sum();
  }
}
