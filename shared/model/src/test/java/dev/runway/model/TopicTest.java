package dev.runway.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class TopicTest {
  private static final Path DOCUMENT = Path.of("../../docs/topics.md");
  private static final String WRITE = "runway.docs.write";

  @Test
  void names_areThoseOfTheContract() {
    assertThat(Arrays.stream(Topic.values()).map(topic -> topic.in(Topic.LIVE)))
        .containsExactly(
            "runway.predictions",
            "runway.outcomes",
            "runway.models",
            "runway.baselines",
            "runway.spaces",
            "runway.embeddings",
            "runway.experiments",
            "runway.groundtruth",
            "runway.performance",
            "runway.performance-master",
            "runway.late-outcomes",
            "runway.dead-letters",
            "runway.drift",
            "runway.tiles",
            "runway.producer-tiles",
            "runway.embedding-stability",
            "runway.embedding-traffic",
            "runway.embedding-mixtures",
            "runway.staleness",
            "runway.decisions",
            "runway.retrains",
            "runway.retrain-status",
            "runway.controls",
            "runway.ticks",
            "runway.policies",
            "runway.dependencies");
  }

  @Test
  void namespaces_doNotMeet() {
    var names = new HashSet<String>();
    for (String namespace : new String[] {Topic.LIVE, "replay-7"}) {
      for (Topic topic : Topic.values()) {
        assertThat(names.add(topic.in(namespace))).as(topic.in(namespace)).isTrue();
        assertThat(topic.in(namespace)).matches("[a-z0-9.-]{1,249}").startsWith(namespace + ".");
      }
    }
  }

  @Test
  void joinedTopics_haveTheSamePartitions() {
    assertThat(Topic.OUTCOMES.partitions()).isEqualTo(Topic.PREDICTIONS.partitions());
    assertThat(Topic.OUTCOMES.keyedBy()).isEqualTo(Topic.PREDICTIONS.keyedBy());
  }

  @Test
  void modelDocuments_areInTotalOrder() {
    assertThat(Topic.MODELS.partitions()).isEqualTo(1);
  }

  @Test
  void settings_followTheCleanup() {
    for (Topic topic : Topic.values()) {
      boolean compacted = topic.cleanup() == Topic.Cleanup.COMPACT;
      assertThat(topic.retention().equals(Duration.ZERO)).as(topic.name()).isEqualTo(compacted);
      assertThat(topic.settings())
          .containsEntry("cleanup.policy", compacted ? "compact" : "delete");
      if (!compacted) {
        assertThat(topic.settings())
            .containsEntry("retention.ms", Long.toString(topic.retention().toMillis()));
      } else {
        assertThat(Long.parseLong(topic.settings().get("min.compaction.lag.ms")))
            .isGreaterThanOrEqualTo(Topic.COMPACTION_LAG.toMillis());
      }
    }
  }

  @Test
  void document_isThatOfTheCatalogue() throws IOException {
    String expected = TopicDocument.of(Topic.values());
    if (Boolean.getBoolean(WRITE)) {
      Files.writeString(DOCUMENT, expected);
    }
    assertThat(Files.exists(DOCUMENT) ? Files.readString(DOCUMENT) : "")
        .as(
            "docs/topics.md; write it anew with"
                + " ./mvnw -pl shared/model test -Dtest=TopicTest -D%s=true",
            WRITE)
        .isEqualTo(expected);
  }
}
