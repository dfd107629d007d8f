package dev.runway.stack.erasure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ErasureReportTest {
  private static final Instant NOW = Instant.parse("2026-11-27T22:00:00Z");

  @TempDir Path folder;

  @Test
  void everyPlace_hasALine_withWhatIsLeftOrUntilWhen() {
    ArchiveLines said =
        new ArchiveLines(
            List.of(
                "outcomes: 3 rows deleted",
                "predictions: 1,204 rows deleted",
                "17 files were written anew or deleted",
                "outcomes: found 0",
                "predictions: found 2",
                "1,206 predictions are known to be theirs, those that are gone included",
                "9 rows of predictions name no subject: nobody can say whether some are theirs"));
    ErasureReport report =
        new ErasureReport(
            said.places(),
            said.notes(),
            List.of(Waiting.state(NOW, Duration.ofDays(1))),
            List.of(Path.of("/stack/data/flink/savepoints/j/savepoint-1")));

    assertThat(report.lines())
        .containsExactly(
            "archive/outcomes                   found 0 (3 deleted)",
            "archive/predictions                found 2 (1,204 deleted)",
            "state of groundtruth-join          gone on 2027-01-02: open predictions, until their"
                + " horizon (35 days at most) and the late memory have passed",
            "old state until you delete it      /stack/data/flink/savepoints/j/savepoint-1",
            "archive: 9 rows of predictions name no subject: nobody can say whether some are"
                + " theirs");
    assertThat(report.isGone()).isFalse();
    assertThat(new ErasureReport(List.of(new Place("a", 3, 3)), List.of(), List.of(), List.of()))
        .matches(ErasureReport::isGone);
  }

  @Test
  void topicsThatHoldEvents_areNamedWithTheDayByWhichTheyHoldNoneOfToday() {
    List<Waiting> topics = Waiting.topics("runway", NOW);

    assertThat(topics)
        .extracting(Waiting::place)
        .contains("topic runway.predictions", "topic runway.dead-letters")
        .doesNotContain("topic runway.performance", "topic runway.models");
    assertThat(topics.get(0).place()).isEqualTo("topic " + Topic.PREDICTIONS.in("runway"));
    assertThat(topics.get(0).until()).isEqualTo("2026-12-11");
    assertThat(topics.get(0).why()).contains("7 days", "up to 7 more");
  }

  /** A new topic is to be thought about: it holds single subjects, or it stands here. */
  @Test
  void everyTopicThatDeletes_isTold_orHoldsNobody() {
    Set<Topic> aggregates =
        EnumSet.of(
            Topic.PERFORMANCE,
            Topic.PERFORMANCE_MASTER,
            Topic.EMBEDDING_STABILITY,
            Topic.EMBEDDING_TRAFFIC,
            Topic.EMBEDDING_MIXTURES,
            Topic.STALENESS,
            Topic.DECISIONS,
            Topic.RETRAINS,
            Topic.TICKS);
    Set<Topic> deleting = EnumSet.allOf(Topic.class);
    deleting.removeIf(topic -> topic.cleanup() != Topic.Cleanup.DELETE);

    Set<Topic> known = EnumSet.copyOf(aggregates);
    known.addAll(Waiting.TOPICS.keySet());
    assertThat(known).isEqualTo(deleting);
    assertThat(aggregates).doesNotContainAnyElementsOf(Waiting.TOPICS.keySet());
  }

  /** A window that has just begun is judged with five later ones, each of which may be late. */
  @Test
  void openWindowsOfDriftMonitor_areTold_untilNoReadingRestsOnThem() {
    Waiting windows = Waiting.windows(NOW, Duration.ofHours(4), Duration.ofHours(1));

    assertThat(windows.place()).isEqualTo("state of drift-monitor");
    assertThat(windows.until()).isEqualTo("2026-11-28");
    assertThat(Waiting.windows(NOW, Duration.ofHours(4), Duration.ofHours(2)).until())
        .isEqualTo("2026-11-29");
  }

  @Test
  void oldState_isSavepointsAndCheckpointsOfRunsThatAreOver() throws IOException {
    Path savepoint = folder.resolve("savepoints/join/savepoint-1");
    Path over = folder.resolve("checkpoints/join/0a");
    Path runs = folder.resolve("checkpoints/join/0b");
    Path empty = folder.resolve("checkpoints/join/0c");
    for (Path made : List.of(savepoint, over.resolve("chk-7"), runs.resolve("chk-8"), empty)) {
      Files.createDirectories(made);
    }

    assertThat(OldState.folders(folder, Set.of("0b"))).containsExactly(savepoint, over);
    assertThat(OldState.folders(folder.resolve("none"), Set.of())).isEmpty();
  }
}
