package dev.runway.testkit;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;

/** Makes topics that take records from the moment the call returns. */
final class Topics {

  private static final Duration PAUSE = Duration.ofMillis(20);

  private Topics() {}

  /**
   * Makes topics and waits until every partition answers.
   *
   * <p>Kafka's own call returns before the partitions are there. An idempotent producer that meets
   * that gap can have its first batch refused and its second one accepted; from then on the first
   * is out of sequence and waits until its delivery time is over.
   */
  static void create(Admin admin, List<NewTopic> topics, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    await(admin.createTopics(topics).all(), limit);
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    for (NewTopic topic : topics) {
      for (int partition = 0; partition < topic.numPartitions(); partition++) {
        ends.put(new TopicPartition(topic.name(), partition), OffsetSpec.latest());
      }
    }
    while (!answers(admin, ends, limit)) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("no answer from " + ends.keySet() + " in " + limit);
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private static boolean answers(
      Admin admin, Map<TopicPartition, OffsetSpec> ends, Duration limit) {
    try {
      // Unlike a description of the topic, this is answered by the partition itself.
      await(admin.listOffsets(ends).all(), limit);
      return true;
    } catch (IllegalStateException e) {
      Throwable cause = e.getCause();
      if (cause != null && cause.getCause() instanceof RetriableException) {
        return false;
      }
      throw e;
    }
  }

  /**
   * The result of a request to the broker.
   *
   * @throws IllegalStateException if the broker refuses, or the time is over
   */
  static <T> T await(KafkaFuture<T> future, Duration limit) {
    try {
      return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the broker did not do it: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the broker", e);
    }
  }
}
