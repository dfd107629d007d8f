package dev.runway.bench;

import dev.runway.bench.harness.Broker;
import dev.runway.bench.harness.CaseProcess;
import dev.runway.flink.RawEvent;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends a part of a workload to the broker, from a process of its own, so that what it costs counts
 * nowhere. Record times are event times, for topics that keep them.
 */
public final class FeederMain implements Workload.Events {
  private final Workload workload;
  private final String namespace;
  private final KafkaProducer<byte[], byte[]> producer;
  private volatile @Nullable Exception failure;

  private FeederMain(Workload workload, String namespace, KafkaProducer<byte[], byte[]> producer) {
    this.workload = workload;
    this.namespace = namespace;
    this.producer = producer;
  }

  /**
   * Sends.
   *
   * @param args bootstrap servers, namespace, first step, step behind the last, steps per second
   *     (0: as fast as can be), open predictions, seed, data
   */
  public static void main(String[] args) {
    Workload workload = Workload.of(Integer.parseInt(args[5]), Long.parseLong(args[6]), args[7]);
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            args[0],
            "acks",
            "1",
            "compression.type",
            "lz4",
            "batch.size",
            131_072);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      new FeederMain(workload, args[1], producer)
          .send(Long.parseLong(args[2]), Long.parseLong(args[3]), Long.parseLong(args[4]));
    }
  }

  /** Sends some steps as fast as can be, and waits until it is done. */
  static void send(Broker broker, String namespace, Workload workload, long from, long to)
      throws Exception {
    if (start(broker, namespace, workload, from, to, 0).waitFor() != 0) {
      throw new IllegalStateException("the events could not be sent, see above");
    }
  }

  /** A process that sends some steps, with the class path of this JVM; it ends with this JVM. */
  static Process start(
      Broker broker, String namespace, Workload workload, long from, long to, long perSecond)
      throws IOException {
    List<String> arguments =
        List.of(
            broker.bootstrapServers(),
            namespace,
            Long.toString(from),
            Long.toString(to),
            Long.toString(perSecond),
            Integer.toString(workload.open()),
            Long.toString(workload.seed()),
            workload.data());
    return CaseProcess.start(FeederMain.class, arguments);
  }

  private void send(long from, long to, long perSecond) {
    long start = System.nanoTime();
    for (long step = from; step < to; step++) {
      if (perSecond > 0) {
        long due = start + (step - from) * TimeUnit.SECONDS.toNanos(1) / perSecond;
        for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
          LockSupport.parkNanos(wait);
        }
      }
      workload.step(step, this);
    }
    producer.flush();
    Exception refused = failure;
    if (refused != null) {
      throw new IllegalStateException("the broker refused an event", refused);
    }
  }

  @Override
  public void prediction(long n) {
    send(workload.prediction(n));
  }

  @Override
  public void outcome(long n, long step) {
    send(workload.outcome(n, step));
  }

  private void send(RawEvent event) {
    var record =
        new ProducerRecord<>(
            namespace + "." + event.topic(),
            null,
            event.kafkaTimestampMillis(),
            event.key(),
            event.value());
    var unused =
        producer.send(
            record,
            (sent, refusal) -> {
              if (refusal != null) {
                failure = refusal;
              }
            });
  }
}
