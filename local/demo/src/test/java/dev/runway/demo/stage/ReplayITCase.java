package dev.runway.demo.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.demo.drift.DriftWatch;
import dev.runway.demo.replay.FileTape;
import dev.runway.demo.result.Group;
import dev.runway.demo.result.ModelSummary;
import dev.runway.demo.result.Results;
import dev.runway.demo.result.Sent;
import dev.runway.demo.result.Summary;
import dev.runway.model.LateOutcome;
import dev.runway.model.ModelDocument;
import dev.runway.model.ModelDocumentCodec;
import dev.runway.model.Reason;
import dev.runway.testkit.FlinkCluster;
import dev.runway.testkit.KafkaBroker;
import dev.runway.testkit.Waits;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Files of a stranger, played through a real broker and the real join job. */
class ReplayITCase {
  @RegisterExtension static final KafkaBroker BROKER = new KafkaBroker();
  @RegisterExtension static final FlinkCluster FLINK = new FlinkCluster();

  private static final long START = Instant.parse("2026-03-01T00:00:00Z").toEpochMilli();
  private static final String MODEL =
      """
      {"model_id":"churn","task":"BINARY","horizon":"PT6H","window":"PT1H",
       "versions":["1","2"],"segments":["free","paid"]}""";
  private static final int PREDICTIONS = 2_000;

  private static int namespaces;

  private final List<String> predictions = new ArrayList<>();
  private final List<String> outcomes = new ArrayList<>();

  @TempDir Path folder;

  @Test
  void shuffledFilesWithEveryFault_areAccountedForToTheLastLine() throws Exception {
    int labelled = 0;
    for (int i = 0; i < PREDICTIONS; i++) {
      long at = START + i * 60_000L;
      predictions.add(prediction("p" + i, i % 3 == 0 ? "2" : "1", at, (i % 10) / 10.0));
      if (i % 20 != 0) {
        outcomes.add(outcome("p" + i, at + 3_600_000, i % 10 >= 5));
        labelled++;
      } else if (i % 40 == 0) {
        outcomes.add(outcome("p" + i, at + 7 * 3_600_000, true));
      }
    }
    predictions.addAll(predictions.subList(0, 30));
    predictions.add("{\"prediction_id\":\"broken");
    predictions.add("");
    predictions.add(prediction("q1", "9", START, 0.5));
    outcomes.add(outcome("nobody", START, true));
    outcomes.add("[]");
    Collections.shuffle(predictions, new Random(1));
    Collections.shuffle(outcomes, new Random(2));

    Summary summary = replay();

    ModelSummary model = summary.models().get(0);
    assertThat(summary.allFinal()).isTrue();
    assertThat(summary.addsUp()).isTrue();
    assertThat(model.total())
        .returns((long) PREDICTIONS, Group::predictions)
        .returns((long) labelled, Group::joined)
        .returns((long) PREDICTIONS - labelled, Group::unlabelled)
        .returns(30L, Group::duplicates)
        .returns(0L, Group::waiting);
    assertThat(model.total().metric("accuracy").value()).isEqualTo(1.0);
    assertThat(model.versions().stream().map(Group::predictions)).containsExactly(1333L, 667L);
    assertThat(model.segments().stream().map(Group::name)).containsExactly("free", "paid");
    assertThat(summary.dead())
        .isEqualTo(
            Map.of(
                Reason.NOT_JSON, 1L,
                Reason.EMPTY, 1L,
                Reason.UNKNOWN_VERSION, 1L,
                Reason.NOT_AN_OBJECT, 1L));
    assertThat(summary.late())
        .isEqualTo(
            Map.of(
                LateOutcome.Why.AFTER_HORIZON,
                (long) PREDICTIONS / 40,
                LateOutcome.Why.ORPHAN,
                1L));
  }

  @Test
  void lineLargerThanTheBrokerTakes_isCountedAndTheRestIsPlayed() throws Exception {
    predictions.add(prediction("p0", "1", START, 0.9));
    predictions.add(prediction("x".repeat(1_500_000), "1", START, 0.9));
    predictions.add(prediction("y".repeat(300_000), "1", START, 0.9));
    outcomes.add(outcome("p0", START + 1, true));

    Summary summary = replay();

    assertThat(summary.sent()).isEqualTo(new Sent(3, 1, 1, 0));
    assertThat(summary.sum(Group::joined)).isEqualTo(1);
    assertThat(summary.dead().values()).containsExactly(1L);
    assertThat(summary.addsUp()).isTrue();
    assertThat(summary.isWhole()).isFalse();
  }

  @Test
  void deadJob_isNotTakenForAnEmptyResult() throws Exception {
    predictions.add(prediction("p0", "1", START, 0.9));
    DemoStack dead =
        new TestingStack(BROKER, folder) {
          @Override
          public void startJobs(String namespace, String schema, @Nullable DriftWatch watch) {}

          @Override
          public List<String> jobTroubles(String namespace) {
            return List.of("groundtruth-join is FAILED");
          }
        };

    assertThatThrownBy(() -> replay(dead, Duration.ofSeconds(4)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("there is no result at all")
        .hasMessageContaining("groundtruth-join is FAILED");
  }

  private Summary replay() throws Exception {
    return replay(new TestingStack(BROKER, folder), Waits.LONG);
  }

  private Summary replay(DemoStack stack, Duration patience) throws Exception {
    // Jobs run as long as the cluster: one of an earlier test must find no topics.
    String namespace = "runway-replay-" + ++namespaces;
    List<ModelDocument> models =
        List.of(ModelDocumentCodec.read(MODEL.getBytes(StandardCharsets.UTF_8)));
    Board silent =
        new Board(
            new Console(
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
                false),
            false);
    try (FileTape tape =
        FileTape.open(
            write("p.jsonl", predictions),
            write("o.jsonl", outcomes),
            models,
            FileTape.Order.BY_TIME,
            Instant.now(),
            folder)) {
      Arena arena = Arena.open(stack, namespace, models);
      Play play = new Play(arena, tape, tape.predictions(), silent, Map.of(), patience);
      Results results = play.run(0);
      Summary summary = Summary.of(arena.namespace(), results, play.sent(), (model, start) -> "");
      arena.close();
      requireNoTopics(namespace);
      return summary;
    }
  }

  private static void requireNoTopics(String namespace) throws Exception {
    try (Admin admin = BROKER.admin()) {
      assertThat(admin.listTopics().names().get())
          .noneMatch(topic -> topic.startsWith(namespace + "."));
    }
  }

  private Path write(String name, List<String> lines) throws IOException {
    return Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n");
  }

  private static String prediction(String id, String version, long at, double score) {
    return """
        {"prediction_id":"%s","model_id":"churn","model_version":"%s","predicted_at":%d,\
        "score":%s,"segment":"%s"}"""
        .formatted(id, version, at, score, score < 0.3 ? "free" : "paid");
  }

  private static String outcome(String id, long at, boolean label) {
    return """
        {"prediction_id":"%s","model_id":"churn","observed_at":%d,"label":%s}"""
        .formatted(id, at, label);
  }
}
