package dev.runway.control.metaflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.control.options.ControlOptions;
import dev.runway.control.recording.Recording;
import dev.runway.lineage.metaflow.FlowRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is asked of Metaflow's metadata service and what it answers, as a real one did; {@code
 * src/test/resources/recordings/README.md} tells how that was recorded. There a run of TrainRanker
 * came to its end, and one behind it failed; no run of NeverEnds did.
 */
class MetaflowContractTest {
  /** As the flow's source has it. */
  private static final Map<String, List<String>> ORDER =
      Map.of(
          "start", List.of("load", "check"),
          "load", List.of("fit"),
          "fit", List.of("gather"),
          "gather", List.of("compare"),
          "check", List.of("compare"),
          "compare", List.of("end"));

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
      MetaflowService.TimedRun timed =
          service(recording).newestFinished("TrainRanker").orElseThrow();
      FlowRun run = timed.run();

      assertThat(run.flow()).isEqualTo("TrainRanker");
      assertThat(run.run()).isEqualTo("1");
      assertThat(run.user()).isEqualTo("tester");
      assertThat(run.tags())
          .containsExactlyInAnyOrder(
              "runway.reads:dataset:s3://clicks", "runway.writes:feature:rank");
      assertThat(run.steps().keySet())
          .containsExactlyInAnyOrder("start", "load", "fit", "gather", "check", "compare", "end");
      assertThat(timed.times().agreeWith(ORDER)).as("%s", timed.times()).isTrue();
      assertThat(reached(timed.times().order())).containsAll(reached(ORDER));
    }
  }

  @Test
  void flowWithoutAFinishedRun_hasNone() throws Exception {
    try (Recording recording = new Recording("metaflow", "none-finished")) {
      assertThat(service(recording).newestFinished("NeverEnds")).isEmpty();
    }
  }

  /** Of each step whatever comes behind it, by way of others too. */
  private static Set<String> reached(Map<String, List<String>> order) {
    Set<String> pairs = new TreeSet<>();
    for (String step : order.keySet()) {
      Deque<String> next = new ArrayDeque<>(order.get(step));
      while (!next.isEmpty()) {
        String one = next.pop();
        if (pairs.add(step + " " + one)) {
          next.addAll(order.getOrDefault(one, List.of()));
        }
      }
    }
    return pairs;
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
