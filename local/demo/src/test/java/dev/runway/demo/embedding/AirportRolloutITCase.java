package dev.runway.demo.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.embedding.EmbeddingStabilityJob;
import dev.runway.model.EmbeddingSpace;
import dev.runway.model.EmbeddingSpace.Pair;
import dev.runway.model.EmbeddingSpace.Usage;
import dev.runway.model.EmbeddingSpaceCodec;
import dev.runway.model.EmbeddingStability;
import dev.runway.model.EmbeddingStability.Compatibility;
import dev.runway.model.Topic;
import dev.runway.testkit.FlinkCluster;
import dev.runway.testkit.KafkaBroker;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Versions learned from real flights, through a real broker and the real job. */
class AirportRolloutITCase {
  @RegisterExtension static final KafkaBroker BROKER = new KafkaBroker();
  @RegisterExtension static final FlinkCluster FLINK = new FlinkCluster();

  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final String NAMESPACE = "airports";

  @Test
  void verdictsOfTheJob_areRight_andASecondRunIsJudgedAnew() throws Exception {
    createTopics();
    startJob();
    AirportSpace space = AirportSpace.learn();
    AirportRollout rollout =
        new AirportRollout(BROKER.bootstrapServers(), NAMESPACE, space, new SpacesOfTheTopic());
    long now = System.currentTimeMillis();

    Map<Pair, EmbeddingStability> told = rollout.play(now, PATIENCE);

    String shown = requireRight(space, told);
    assertThat(shown).contains("2001-02-28-swapped", "BREAKING", "./runway gate embedding");
    assertThat(told.get(new Pair("2001-02-28", "2001-02-28-swapped")).compatibility())
        .isEqualTo(Compatibility.BREAKING);
    requireRight(space, rollout.play(now + 1, PATIENCE));
  }

  /** By hand, for there is no control API here. */
  private static final class SpacesOfTheTopic implements SpaceRegister {
    private long revision;

    @Override
    public long write(EmbeddingSpace document) {
      revision++;
      byte[] written =
          EmbeddingSpaceCodec.write(
              new EmbeddingSpace(
                  document.spaceId(),
                  revision,
                  document.versions(),
                  document.pairs(),
                  document.baseline(),
                  document.consumers(),
                  document.sampleRate(),
                  document.sampleSize(),
                  document.leastPairs()));
      send(written);
      return revision;
    }

    @Override
    public void end(String spaceId) {
      send(null);
    }

    private static void send(byte[] value) {
      try (Producer<byte[], byte[]> producer = BROKER.producer()) {
        var unused =
            producer.send(
                new ProducerRecord<>(
                    Topic.SPACES.in(NAMESPACE),
                    AirportSpace.ID.getBytes(StandardCharsets.US_ASCII),
                    value));
        producer.flush();
      }
    }
  }

  private static String requireRight(AirportSpace space, Map<Pair, EmbeddingStability> told) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    boolean right =
        EmbeddingsCommand.show(space, told, new PrintStream(bytes, true, StandardCharsets.UTF_8));
    String shown = bytes.toString(StandardCharsets.UTF_8);
    assertThat(right).as(shown).isTrue();
    assertThat(shown).doesNotContain("WRONG");
    assertThat(told.values())
        .allSatisfy(
            stability ->
                assertThat(stability.verdicts())
                    .filteredOn(verdict -> verdict.usage() != Usage.DATA_ONLY)
                    // Of too few airports, and of nothing else.
                    .allMatch(
                        verdict ->
                            (verdict.compatibility() == Compatibility.UNDECIDED)
                                == stability.versionBefore().equals("2001-01-15")));
    return shown;
  }

  private static void createTopics() {
    List<NewTopic> topics = new ArrayList<>();
    for (Topic topic : Topic.values()) {
      topics.add(
          new NewTopic(topic.in(NAMESPACE), topic.partitions(), (short) 1)
              .configs(topic.settings()));
    }
    BROKER.createTopics(topics);
  }

  /** As the cluster ends, so does the job. */
  private static void startJob() {
    String[] arguments = {
      "--runway.kafka.bootstrap-servers", BROKER.bootstrapServers(),
      "--runway.namespace", NAMESPACE,
      "--runway.checkpoint.interval", "PT1S",
      "--runway.embedding.refresh", "PT1S",
      "--runway.parallelism", "2"
    };
    Thread job =
        new Thread(
            () -> {
              try {
                EmbeddingStabilityJob.main(arguments);
              } catch (Exception e) {
                System.err.println("embedding-stability ended: " + e);
              }
            },
            "embedding-stability");
    job.setDaemon(true);
    job.start();
  }
}
