package dev.runway.demo.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.runway.demo.play.ScriptTape;
import dev.runway.demo.result.Group;
import dev.runway.demo.result.ModelSummary;
import dev.runway.demo.result.Results;
import dev.runway.demo.result.Summary;
import dev.runway.demo.result.SummaryTable;
import dev.runway.demo.scenario.DemoModel;
import dev.runway.demo.scenario.Faults;
import dev.runway.demo.scenario.Scenario;
import dev.runway.demo.scenario.Script;
import dev.runway.demo.scenario.ScriptWriter;
import dev.runway.demo.truth.Truth;
import dev.runway.demo.truth.TruthRow;
import dev.runway.drift.performance.DelayCounts;
import dev.runway.drift.performance.Metric;
import dev.runway.model.LateOutcome;
import dev.runway.model.ModelDocument;
import dev.runway.model.Topic;
import dev.runway.testkit.FlinkCluster;
import dev.runway.testkit.KafkaBroker;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plays the whole demo, faults and all, through a real broker and the real join job, and holds
 * every number against what the samples alone say.
 */
class DemoAgainstTruthITCase {
  @RegisterExtension static final KafkaBroker BROKER = new KafkaBroker();
  @RegisterExtension static final FlinkCluster FLINK = new FlinkCluster();

  private static final String NAMESPACE = "runway-demo";

  @TempDir Path folder;

  @Test
  void everyNumber_isWhatTheSamplesAloneSay() throws Exception {
    List<DemoModel> models = Scenario.models();
    Script script = ScriptWriter.write(models, Faults.standard());

    Summary summary = play(models, script);

    SummaryTable.lines(summary).forEach(System.out::println);
    assertThat(summary.allFinal()).isTrue();
    assertThat(summary.addsUp()).isTrue();
    assertThat(summary.dead()).isEqualTo(script.dead());
    for (DemoModel model : models) {
      ModelSummary said =
          summary.models().stream()
              .filter(m -> m.modelId().equals(model.id()))
              .findFirst()
              .orElseThrow();
      requireEqual(List.of(said.total()), List.of(Truth.total(model)));
      requireEqual(said.periods(), Truth.byPeriod(model));
      requireEqual(said.versions(), Truth.by(model, c -> c.prediction().modelVersion()));
      requireEqual(
          said.segments(), Truth.by(model, c -> declared(model, c.prediction().segment())));
      assertThat(said.total().duplicates()).isEqualTo(script.duplicates().get(model.id()));
      assertThat(said.total().conflicts())
          .isEqualTo(script.conflicts().getOrDefault(model.id(), 0L));
    }
    long afterHorizon = models.stream().mapToLong(m -> Truth.total(m).afterHorizon()).sum();
    assertThat(summary.late())
        .isEqualTo(
            Map.of(
                LateOutcome.Why.AFTER_HORIZON,
                afterHorizon,
                LateOutcome.Why.ORPHAN,
                script.orphans()));
  }

  private Summary play(List<DemoModel> models, Script script) throws Exception {
    List<ModelDocument> documents = models.stream().map(DemoModel::document).toList();
    Arena arena = Arena.open(new TestingStack(BROKER, folder), NAMESPACE, documents);
    Board silent =
        new Board(
            new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
            false,
            false);
    Play play =
        new Play(
            arena,
            new ScriptTape(script),
            sent(script, Topic.PREDICTIONS),
            silent,
            Map.of(),
            Duration.ofMinutes(1));
    Results results = play.run(0);
    return Summary.of(
        NAMESPACE,
        results,
        sent(script, Topic.PREDICTIONS),
        sent(script, Topic.OUTCOMES),
        (id, start) ->
            models.stream()
                .filter(m -> m.id().equals(id))
                .findFirst()
                .orElseThrow()
                .period()
                .label(start));
  }

  private static long sent(Script script, Topic topic) {
    return script.events().stream().filter(event -> event.topic() == topic).count();
  }

  private static String declared(DemoModel model, String segment) {
    return model.document().segments().contains(segment) ? segment : ModelDocument.OTHER;
  }

  private static void requireEqual(List<Group> said, List<TruthRow> truths) {
    assertThat(said.stream().map(Group::name).sorted())
        .containsExactlyElementsOf(
            truths.stream()
                .map(truth -> truth.group().equals("*") ? "all" : truth.group())
                .sorted()
                .toList());
    for (TruthRow truth : truths) {
      String name = truth.group().equals("*") ? "all" : truth.group();
      Group group = said.stream().filter(g -> g.name().equals(name)).findFirst().orElseThrow();
      requireEqual(group, truth);
    }
  }

  private static void requireEqual(Group group, TruthRow truth) {
    String where = truth.modelId() + " " + truth.group() + " ";
    assertThat(group.predictions()).as(where + "predictions").isEqualTo(truth.predictions());
    assertThat(group.joined()).as(where + "joined").isEqualTo(truth.labelled());
    assertThat(group.coverage()).as(where + "coverage").isEqualTo(truth.coverage());
    close(where, group.metric("accuracy"), truth.accuracy());
    close(where, group.metric("log_loss"), truth.logLoss());
    close(where, group.metric("calibration_ratio"), truth.calibration());
    Metric auc = group.metric("auc");
    assertThat(auc).isNotNull();
    if (truth.auc() == null) {
      assertThat(auc.value()).as(where + "auc").isNull();
    } else {
      assertThat(truth.auc())
          .as(where + "auc")
          .isBetween(auc.boundLow() - 1e-9, auc.boundHigh() + 1e-9);
      assertThat(auc.value()).as(where + "auc").isCloseTo(truth.auc(), within(0.01));
    }
    delay(where, group.delays().quantile(0.5), truth.delayP50Millis());
    delay(where, group.delays().quantile(0.95), truth.delayP95Millis());
  }

  private static void close(String where, Metric said, Double truth) {
    assertThat(said).as(where).isNotNull();
    if (truth == null) {
      assertThat(said.value()).as(where + said.name()).isNull();
    } else {
      assertThat(said.value()).as(where + said.name()).isCloseTo(truth, within(1e-9));
    }
  }

  private static void delay(String where, Double said, Double truth) {
    assertThat(said)
        .as(where + "delay")
        .isCloseTo(truth, within(truth * DelayCounts.RELATIVE_ERROR * 1.001));
  }
}
