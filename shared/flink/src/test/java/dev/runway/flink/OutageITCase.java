package dev.runway.flink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.runway.model.EventTime;
import dev.runway.testkit.FlinkCluster;
import dev.runway.testkit.KafkaBroker;
import dev.runway.testkit.Waits;
import java.io.IOException;
import java.time.Duration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A broker that is away is no silent partition; partitions that are silent become idle. */
class OutageITCase {
  @RegisterExtension static final KafkaBroker KAFKA = new KafkaBroker();
  @RegisterExtension static final FlinkCluster FLINK = new FlinkCluster();

  private static final Duration IDLE_AFTER = Duration.ofSeconds(30);
  private static final Duration WAIT_MAX = Waits.LONG;

  private final long ahead = System.currentTimeMillis();
  private final long behind = ahead - Duration.ofHours(1).toMillis();
  private JobClient job;

  @BeforeEach
  void run(TestInfo test) throws Exception {
    String topic = test.getTestMethod().orElseThrow().getName();
    KAFKA.createTopic(topic, 2);
    EventInput input =
        new EventInput(
            KafkaAccess.of(KAFKA.bootstrapServers()),
            topic,
            TimeBounds.maxAge(Duration.ofDays(1)),
            Duration.ZERO,
            IDLE_AFTER,
            Sampler.of(1));
    Probe.watermark = Long.MIN_VALUE;
    StreamExecutionEnvironment env = FLINK.environment();
    env.setParallelism(1);
    new EventSource(input, topic, EventTime.ofPredictions())
        .addTo(env, "read", EventSource.StartAt.EARLIEST)
        .transform("probe", RawEvent.TYPE, new Probe())
        .uid("probe")
        .sinkTo(new DiscardingSink<>())
        .uid("discard");
    job = env.executeAsync(topic);
    try (Producer<byte[], byte[]> producer = KAFKA.producer()) {
      producer.send(event(topic, 0, ahead)).get();
      producer.send(event(topic, 1, behind)).get();
    }
    await().atMost(WAIT_MAX).until(() -> Probe.watermark == behind - 1);
  }

  @AfterEach
  void close() throws Exception {
    job.cancel().get();
  }

  @Test
  void brokerThatDoesNotAnswer_isNoSilence() throws Exception {
    signal("STOP");
    try {
      requireNoneIsIdle();
    } finally {
      signal("CONT");
    }
    awaitAllIdle();
  }

  @Test
  void brokerThatIsDown_isNoSilence() {
    KAFKA.kill();
    try {
      requireNoneIsIdle();
    } finally {
      KAFKA.start();
    }
    awaitAllIdle();
  }

  /** The watermark stays with the slower partition for as long as idleness takes, and again. */
  private void requireNoneIsIdle() {
    await()
        .during(IDLE_AFTER.multipliedBy(2))
        .atMost(WAIT_MAX)
        .until(() -> Probe.watermark == behind - 1);
  }

  /** When all partitions are idle Flink lets the fastest of them count. */
  private void awaitAllIdle() {
    await().atMost(WAIT_MAX).until(() -> Probe.watermark == ahead - 1);
  }

  private static void signal(String name) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(KAFKA.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  private static ProducerRecord<byte[], byte[]> event(String topic, int partition, long millis) {
    byte[] value = ("{\"prediction_id\":\"p\",\"predicted_at\":" + millis + "}").getBytes(UTF_8);
    return new ProducerRecord<>(topic, partition, Raw.bytes("p"), value);
  }

  /** Shows the watermark to the test, in whose JVM the cluster is. */
  private static final class Probe extends AbstractStreamOperator<RawEvent>
      implements OneInputStreamOperator<RawEvent, RawEvent> {
    private static volatile long watermark;

    @Override
    public void processElement(StreamRecord<RawEvent> event) {
      output.collect(event);
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
      watermark = mark.getTimestamp();
      super.processWatermark(mark);
    }
  }
}
