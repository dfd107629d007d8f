package dev.runway.control.health;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;

/**
 * How many records each group has still to take, as the brokers have it: so a consumer that has
 * died lags too. All instances tell the same.
 */
final class GroupLags {
  private final Map<String, List<String>> topics;
  private final int limitMillis;

  /**
   * @param topics that each group reads
   * @param limitMillis how long each question may take
   */
  GroupLags(Map<String, List<String>> topics, int limitMillis) {
    this.topics = Map.copyOf(topics);
    this.limitMillis = limitMillis;
  }

  /** By group; those that nobody knows now are left out. */
  Map<String, Long> ask(Admin admin) throws InterruptedException {
    Map<String, Long> lags = new TreeMap<>();
    for (Map.Entry<String, List<String>> group : topics.entrySet()) {
      try {
        lags.put(group.getKey(), lag(admin, group.getKey(), group.getValue()));
      } catch (TimeoutException e) {
        return lags; // Others would wait as long, and whoever asks whether Kafka is there with
        // them.
      } catch (ExecutionException e) {
        // A topic that is not there, or no right to it: then there is no number either.
      }
    }
    return lags;
  }

  private long lag(Admin admin, String group, List<String> names)
      throws InterruptedException, ExecutionException, TimeoutException {
    Map<TopicPartition, OffsetSpec> last = new HashMap<>();
    Map<TopicPartition, OffsetSpec> first = new HashMap<>();
    for (var topic : answer(admin.describeTopics(names).allTopicNames()).values()) {
      for (TopicPartitionInfo partition : topic.partitions()) {
        TopicPartition one = new TopicPartition(topic.name(), partition.partition());
        last.put(one, OffsetSpec.latest());
        first.put(one, OffsetSpec.earliest());
      }
    }
    ListOffsetsOptions committed = new ListOffsetsOptions(IsolationLevel.READ_COMMITTED);
    var ends = answer(admin.listOffsets(last, committed).all());
    var begins = answer(admin.listOffsets(first).all());
    var taken = answer(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    long lag = 0;
    for (Map.Entry<TopicPartition, ListOffsetsResultInfo> end : ends.entrySet()) {
      OffsetAndMetadata offset = taken.get(end.getKey());
      ListOffsetsResultInfo oldest = begins.get(end.getKey());
      // What was dropped before it was taken is not there to be taken.
      long begin = oldest == null ? 0 : oldest.offset();
      long next = offset == null ? begin : Math.max(begin, offset.offset());
      lag += Math.max(0, end.getValue().offset() - next);
    }
    return lag;
  }

  private <T> T answer(KafkaFuture<T> future)
      throws InterruptedException, ExecutionException, TimeoutException {
    return future.get(limitMillis, TimeUnit.MILLISECONDS);
  }
}
