package dev.runway.demo.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.embedding.EmbeddingStabilityJob;
import dev.runway.model.EmbeddingSpace.Pair;
import dev.runway.model.EmbeddingSpace.Usage;
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
    AirportRollout rollout = new AirportRollout(BROKER.bootstrapServers(), NAMESPACE, space);
    long now = System.currentTimeMillis();

    Map<Pair, EmbeddingStability> told = rollout.play(now, now, PATIENCE);

    String shown = requireRight(space, told);
    assertThat(shown).contains("2001-02-swapped", "BREAKING", "./runway gate embedding");
    assertThat(told.get(new Pair("2001-02", "2001-02-swapped")).compatibility())
        .isEqualTo(Compatibility.BREAKING);
    requireRight(space, rollout.play(now + 1, now + 1, PATIENCE));
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
                    .noneMatch(verdict -> verdict.compatibility() == Compatibility.UNDECIDED));
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
