package dev.runway.control.metaflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.control.options.ControlOptions;
import dev.runway.control.recording.Recording;
import dev.runway.lineage.metaflow.FlowRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is asked of Metaflow's metadata service and what it answers, as a real one did; {@code
 * src/test/resources/recordings/README.md} tells how that was recorded. There a run of TrainRanker
 * came to its end, and one behind it failed; no run of NeverEnds did.
 */
class MetaflowContractTest {
  @TempDir Path folder;

  @Test
  void flows_areAllThatEverRan() throws Exception {
    try (Recording recording = new Recording("metaflow", "flows")) {
      assertThat(service(recording).flows()).containsExactlyInAnyOrder("TrainRanker", "NeverEnds");
    }
  }

  @Test
  void newestFinishedRun_isReadPastOneThatFailed() throws Exception {
    try (Recording recording = new Recording("metaflow", "newest-finished")) {
      FlowRun run = service(recording).newestFinished("TrainRanker").orElseThrow();

      assertThat(run.flow()).isEqualTo("TrainRanker");
      assertThat(run.run()).isEqualTo("1");
      assertThat(run.user()).isEqualTo("tester");
      assertThat(run.tags())
          .containsExactlyInAnyOrder(
              "runway.reads:dataset:s3://clicks", "runway.writes:feature:rank");
      assertThat(run.steps().keySet())
          .containsExactlyInAnyOrder("start", "load", "fit", "gather", "check", "compare", "end");
    }
  }

  @Test
  void flowWithoutAFinishedRun_hasNone() throws Exception {
    try (Recording recording = new Recording("metaflow", "none-finished")) {
      assertThat(service(recording).newestFinished("NeverEnds")).isEmpty();
    }
  }

  /** It is no error of the service's. */
  @Test
  void unknownFlow_hasNone() throws Exception {
    try (Recording recording = new Recording("metaflow", "unknown")) {
      assertThat(service(recording).newestFinished("Missing")).isEmpty();
    }
  }

  private MetaflowService service(Recording recording) throws Exception {
    Path key = Files.writeString(folder.resolve("key"), "for-recordings");
    return new MetaflowService(
        new ControlOptions.Metaflow(recording.address().toString(), key, Duration.ofMinutes(1)));
  }
}
