package dev.runway.retraintrigger.known;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.runway.flink.KafkaAccess;
import dev.runway.model.PolicyVersion;
import dev.runway.model.PolicyVersionCodec;
import dev.runway.model.RetrainStatus;
import dev.runway.model.RetrainStatusCodec;
import dev.runway.model.Topic;
import dev.runway.retraintrigger.Scene;
import dev.runway.retraintrigger.state.Dossier;
import dev.runway.testkit.KafkaBroker;
import dev.runway.testkit.Waits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a job knows that goes on from a checkpoint. */
class KafkaKnownFeedITCase {
  @RegisterExtension static final KafkaBroker BROKER = new KafkaBroker();

  private static final long MINUTE = Duration.ofMinutes(1).toMillis();
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final EnumSet<Topic> TOPICS = EnumSet.of(Topic.POLICIES, Topic.RETRAIN_STATUS);

  /** Which records are believed to have been replaced goes by the clock. */
  private final long now = System.currentTimeMillis();

  private final Known known = new Known();
  private String namespace = "";
  private final Producer<byte[], byte[]> producer = BROKER.producer();

  @BeforeEach
  void createTopics(TestInfo test) {
    namespace =
        test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT).replace('_', '-');
    TOPICS.forEach(
        topic ->
            BROKER.createTopic(
                topic.in(namespace),
                topic.partitions(),
                Map.of("cleanup.policy", "compact", "message.timestamp.type", "CreateTime")));
  }

  @AfterEach
  void close() {
    producer.close();
  }

  private KnownFeed open(long knownToMillis) {
    return open(known, knownToMillis, KafkaKnownFeed.MAX_HELD_BYTES);
  }

  private KnownFeed open(Known into, long knownToMillis, long maxHeldBytes) {
    producer.flush();
    KafkaAccess kafka = new KafkaAccess(BROKER.bootstrapServers(), Map.of());
    return KafkaKnownFeed.of(kafka, namespace, maxHeldBytes)
        .open(into, TOPICS, knownToMillis, letter -> {});
  }

  private void policy(int version, long at) {
    byte[] document = "{\"spec\":{\"models\":[\"ranker\"]}}".getBytes(StandardCharsets.UTF_8);
    PolicyVersion policy = new PolicyVersion("strict", version, document);
    send(Topic.POLICIES, policy.key(), PolicyVersionCodec.write(policy), at);
  }

  private void granted(long at) {
    RetrainStatus status =
        new RetrainStatus(
            "c-1", Scene.MODEL, "v1", RetrainStatus.State.GRANTED, 1, at, null, null, Double.NaN);
    send(Topic.RETRAIN_STATUS, status.key(), RetrainStatusCodec.write(status), at);
  }

  private void send(Topic topic, byte[] key, byte[] value, long at) {
    var unused = producer.send(new ProducerRecord<>(topic.in(namespace), null, at, key, value));
  }

  private int policyVersion() {
    return known.policies().of(Scene.MODEL).get(0).version();
  }

  private int commands() {
    Dossier dossier = new Dossier(Scene.MODEL);
    known.tell(dossier, 0);
    return dossier.commands.size();
  }

  @Test
  void whatCameAfterTheState_waitsForItsTick() {
    policy(1, now - 90 * MINUTE);
    policy(2, now - 30 * MINUTE);
    granted(now - 30 * MINUTE);

    try (KnownFeed feed = open(now - 60 * MINUTE)) {
      assertThat(policyVersion()).isEqualTo(1);
      assertThat(commands()).isZero();
      assertThat(feed.knownToMillis()).isEqualTo(now - 60 * MINUTE);

      feed.upTo(now - 20 * MINUTE);

      assertThat(policyVersion()).isEqualTo(2);
      assertThat(commands()).isEqualTo(1);
      assertThat(feed.knownToMillis()).isEqualTo(now - 20 * MINUTE);
    }
  }

  @Test
  void jobThatBeginsAnew_knowsTheWorldAsItIs() {
    policy(2, now - 30 * MINUTE);
    granted(now - 20 * MINUTE);

    try (KnownFeed feed = open(KnownFeed.NOTHING)) {
      assertThat(policyVersion()).isEqualTo(2);
      assertThat(commands()).isEqualTo(1);
      assertThat(feed.knownToMillis()).isEqualTo(now - 20 * MINUTE + 1);
    }
  }

  /** The version before it may be gone, and no policy at all would be worse than that of today. */
  @Test
  void whatMayHaveReplacedSomething_isKnownAtOnce() {
    policy(2, now - 2 * DAY);
    granted(now - 20 * MINUTE);

    try (KnownFeed feed = open(now - 3 * DAY)) {
      assertThat(policyVersion()).isEqualTo(2);
      assertThat(commands()).isZero();

      feed.upTo(now);
      assertThat(commands()).isEqualTo(1);
    }
  }

  @Test
  void whatIsWritten_isReadAsItComes_andKnownWithItsTick() {
    policy(1, now - 90 * MINUTE);

    try (KnownFeed feed = open(now - 60 * MINUTE)) {
      assertThat(feed.readTo(Topic.POLICIES)).isEqualTo(1);
      policy(2, now - 30 * MINUTE);
      granted(now - 30 * MINUTE);
      awaitRead(feed, Topic.POLICIES, 2);
      awaitRead(feed, Topic.RETRAIN_STATUS, 1);

      assertThat(feed.held()).isEqualTo(2);
      assertThat(feed.knownToMillis()).isEqualTo(now - 60 * MINUTE);
      feed.upTo(now - 40 * MINUTE);
      assertThat(policyVersion()).isEqualTo(1);
      assertThat(commands()).isZero();

      feed.upTo(now - 20 * MINUTE);
      assertThat(policyVersion()).isEqualTo(2);
      assertThat(commands()).isEqualTo(1);
      assertThat(feed.held()).isZero();
    }
  }

  private static void awaitRead(KnownFeed feed, Topic topic, long offset) {
    await()
        .atMost(Waits.LONG)
        .until(
            () -> {
              feed.readOn();
              return feed.readTo(topic) >= offset;
            });
    assertThat(feed.readTo(topic)).isEqualTo(offset);
  }

  /** Without ticks it would have no end. */
  @Test
  void whatIsHeld_isBounded_andTheRestReadWithItsTick() {
    policy(1, now - 90 * MINUTE);

    try (KnownFeed bounded = open(known, now - 60 * MINUTE, 1);
        KnownFeed other = open(new Known(), now - 60 * MINUTE, Long.MAX_VALUE)) {
      policy(2, now - 30 * MINUTE);
      awaitRead(bounded, Topic.POLICIES, 2);
      granted(now - 30 * MINUTE);
      await()
          .atMost(Waits.LONG)
          .until(
              () -> {
                bounded.readOn();
                other.readOn();
                return other.readTo(Topic.RETRAIN_STATUS) == 1;
              });
      assertThat(bounded.readTo(Topic.RETRAIN_STATUS)).isZero();

      assertThat(policyVersion()).isEqualTo(1);
      // Of before this moment it could be sure, whatever the test has written there since.
      bounded.upTo(now + MINUTE);
      assertThat(policyVersion()).isEqualTo(2);
      assertThat(commands()).isEqualTo(1);
      policy(3, now + 2 * MINUTE);
      awaitRead(bounded, Topic.POLICIES, 3);
    }
  }
}
