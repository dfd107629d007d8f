package dev.runway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.demo.scenario.DemoModel;
import dev.runway.demo.scenario.Faults;
import dev.runway.demo.scenario.Scenario;
import dev.runway.demo.scenario.Script;
import dev.runway.demo.scenario.ScriptWriter;
import dev.runway.demo.truth.Truth;
import dev.runway.demo.truth.TruthRow;
import dev.runway.model.ModelDocument;
import dev.runway.model.Reason;
import dev.runway.model.Topic;
import dev.runway.stack.Installation;
import dev.runway.stack.flink.FlinkConfiguration;
import dev.runway.stack.flink.FlinkRest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What {@code runway demo} says of the real stack, against what the samples alone say. */
@Order(1)
@ExtendWith(WithStack.class)
@ResourceLock(value = WithStack.PEACE, mode = ResourceAccessMode.READ)
class DemoITCase {
  private static final Duration LIMIT = Duration.ofMinutes(15);
  private static final double CLOSE = 1e-9;

  private static final String SPACE = "demo-airports";
  private static final String LIVE = "2001-02-28";
  private static final String LATER = "2001-03-15";

  @Test
  void summaryOfDemo_isWhatTheSamplesAloneSay(TestStack stack) throws Exception {
    String said = stack.runway().runWell(LIMIT, "demo", "--act", "FIRST", "--fast");

    Path file = stack.folder().root().resolve("demo").resolve("summary.json");
    JsonNode summary = new ObjectMapper().readTree(file.toFile());
    List<DemoModel> models = Scenario.models();
    Script script = ScriptWriter.write(models, Faults.standard());
    assertThat(said)
        .contains(models.stream().map(DemoModel::id).toList())
        .doesNotContain("in vain");
    requireCounts(summary, models, script);
    for (DemoModel model : models) {
      requireModel(named(summary.path("models"), "model_id", model.id()), model, script);
    }
    for (DemoModel model : models) {
      new DriftCheck(model, script)
          .require(named(summary.path("drift"), "model_id", model.id()), said);
    }
    requireJobsEnded(stack);
    requireAnswerOfPrompt(stack, models);
    new DemoQuestions(models, script).require(stack);
  }

  /**
   * From vectors through topics and table to what a release asks: the verdict is that of those who
   * use the space, and of the vectors that the release has published.
   */
  @Test
  void embeddingsOfTheDemo_areJudgedRight_andTheirGateKnowsWhoUsesThem(TestStack stack)
      throws Exception {
    String start = Instant.now().toString();
    stack.runway().runWell(LIMIT, "demo-embeddings");

    Runway.Said swapped = awaitGate(stack, 1, LIVE + "-swapped", "--after", start);
    assertThat(swapped.out()).containsPattern("compatibility +BREAKING").contains("stored_since");
    Runway.Said later = awaitGate(stack, 1, LATER);
    assertThat(later.out()).containsPattern("compatibility +ROTATED");
    // What page and board say of it, each way of using by itself and why.
    assertThat(swapped.out()).containsPattern("COORDINATES +BREAKING +NEIGHBOURS");
    assertThat(later.out())
        .containsPattern("COORDINATES +ROTATED +ROTATION")
        .containsPattern("PREDICTION +STABLE +AS_BASELINE");

    JsonNode space =
        new ObjectMapper()
            .readTree(stack.runway().runWell(LIMIT, "spaces", "get", SPACE, "--json"));
    ObjectNode changed = new ObjectMapper().createObjectNode();
    changed.set("team", space.path("team"));
    changed
        .set("document", space.path("document"))
        .withObject("/document")
        .putArray("consumers")
        .addObject()
        .put("model_id", "search")
        .put("usage", "SIMILARITY");
    Path file = stack.folder().root().resolveSibling("space.json");
    Files.writeString(file, changed.toString());
    stack.runway().runWell(LIMIT, "spaces", "change", SPACE, "--file", file.toString());
    Files.delete(file);

    awaitGate(stack, 0, LATER, "--after", start);
    Runway.Said tooEarly = gate(stack, LATER, "--after", Instant.now().toString());
    assertThat(tooEarly.exitCode()).as(tooEarly.output()).isEqualTo(1);
    assertThat(tooEarly.out()).contains("ask again when those are read");
    awaitGate(stack, 1, LIVE + "-swapped");
    stack.runway().runWell(LIMIT, "demo-embeddings", "--end");
  }

  /** Waits until the gate of a version says so; the table is seconds behind the topic. */
  private static Runway.Said awaitGate(TestStack stack, int exit, String after, String... more) {
    return await()
        .atMost(LIMIT)
        .until(
            () -> gate(stack, after, more),
            said ->
                said.exitCode() == exit
                    && said.out().matches("(?s).*current_document +(true|yes).*"));
  }

  private static Runway.Said gate(TestStack stack, String after, String... more) throws Exception {
    Stream<String> verb = Stream.of("gate", "embedding", SPACE, LIVE, after);
    return stack.runway().run(LIMIT, Stream.concat(verb, Stream.of(more)).toArray(String[]::new));
  }

  /** They would take slots for ever, and come back with every up. */
  private static void requireJobsEnded(TestStack stack) throws Exception {
    for (String job :
        List.of(
            "groundtruth-join-runway-demo",
            "drift-monitor-runway-demo",
            "result-tables-runway-demo")) {
      String id = stack.client().jobId(job).orElseThrow();
      assertThat(stack.job(id).map(FlinkRest.Job::ended)).as(job).hasValue(true);
      assertThat(new FlinkConfiguration(stack.folder()).checkpoints(job)).doesNotExist();
    }
  }

  /** What the demo tells people to type next. */
  private static void requireAnswerOfPrompt(TestStack stack, List<DemoModel> models)
      throws Exception {
    String question = "sql/flink/questions/coverage-by-version.sql";
    String file = Installation.current().home().resolve(question).toString();
    String said = stack.runway().runWell(LIMIT, "sql", "--namespace", "runway-demo", "-f", file);

    List<List<String>> rows =
        said.lines()
            .filter(line -> line.startsWith("|"))
            .map(line -> Stream.of(line.split("\\|")).skip(1).map(String::strip).toList())
            .toList();
    for (DemoModel model : models) {
      for (TruthRow truth : Truth.by(model, c -> c.prediction().modelVersion())) {
        assertThat(rows)
            .as(said)
            .anySatisfy(
                row ->
                    assertThat(row)
                        .startsWith(model.id(), truth.group(), Long.toString(truth.predictions())));
      }
    }
  }

  private static void requireCounts(JsonNode summary, List<DemoModel> models, Script script) {
    assertThat(summary.path("final").asBoolean()).isTrue();
    assertThat(summary.path("adds_up").asBoolean()).isTrue();
    assertThat(summary.path("sent").path("predictions").asLong())
        .isEqualTo(sent(script, Topic.PREDICTIONS));
    assertThat(summary.path("sent").path("outcomes").asLong())
        .isEqualTo(sent(script, Topic.OUTCOMES));
    assertThat(dead(summary.path("dead_letters"))).isEqualTo(script.dead());
    long afterHorizon = models.stream().mapToLong(m -> Truth.total(m).afterHorizon()).sum();
    JsonNode late = summary.path("late_outcomes");
    assertThat(late.path("AFTER_HORIZON").asLong()).isEqualTo(afterHorizon).isPositive();
    assertThat(late.path("ORPHAN").asLong()).isEqualTo(script.orphans()).isPositive();
    assertThat(late.size()).isEqualTo(2);
  }

  private static long sent(Script script, Topic topic) {
    return script.events().stream().filter(event -> event.topic() == topic).count();
  }

  private static Map<Reason, Long> dead(JsonNode byTopic) {
    Map<Reason, Long> dead = new HashMap<>();
    for (JsonNode topic : byTopic) {
      topic
          .properties()
          .forEach(
              count ->
                  dead.merge(Reason.valueOf(count.getKey()), count.getValue().asLong(), Long::sum));
    }
    return dead;
  }

  private static void requireModel(JsonNode said, DemoModel model, Script script) {
    JsonNode total = said.path("total");
    requireGroup(total, Truth.total(model));
    assertThat(total.path("duplicates").asLong()).isEqualTo(script.duplicates().get(model.id()));
    assertThat(total.path("conflicts").asLong())
        .isEqualTo(script.conflicts().getOrDefault(model.id(), 0L));
    requireGroups(said.path("periods"), "period", Truth.byPeriod(model));
    requireGroups(
        said.path("versions"), "version", Truth.by(model, c -> c.prediction().modelVersion()));
    requireGroups(
        said.path("segments"),
        "segment",
        Truth.by(model, c -> declared(model, c.prediction().segment())));
  }

  private static String declared(DemoModel model, @Nullable String segment) {
    return segment != null && model.document().segments().contains(segment)
        ? segment
        : ModelDocument.OTHER;
  }

  private static void requireGroups(JsonNode groups, String name, List<TruthRow> truths) {
    Map<String, TruthRow> byName =
        truths.stream().collect(Collectors.toMap(TruthRow::group, Function.identity()));
    assertThat(
            StreamSupport.stream(groups.spliterator(), false)
                .map(group -> group.path(name).asText()))
        .containsExactlyInAnyOrderElementsOf(byName.keySet());
    byName.forEach((group, truth) -> requireGroup(named(groups, name, group), truth));
  }

  private static JsonNode named(JsonNode nodes, String field, String name) {
    return StreamSupport.stream(nodes.spliterator(), false)
        .filter(node -> node.path(field).asText().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("nothing has " + field + " " + name));
  }

  private static void requireGroup(JsonNode group, TruthRow truth) {
    String where = truth.modelId() + " " + truth.group() + " ";
    assertThat(group.path("predictions").asLong())
        .as(where + "predictions")
        .isEqualTo(truth.predictions());
    assertThat(group.path("joined").asLong()).as(where + "joined").isEqualTo(truth.labelled());
    assertThat(group.path("waiting").asLong()).as(where + "waiting").isZero();
    assertThat(group.path("coverage").asDouble())
        .as(where + "coverage")
        .isEqualTo(truth.coverage());
    JsonNode metrics = group.path("metrics");
    requireClose(where + "accuracy", metrics.path("accuracy"), truth.accuracy());
    requireClose(where + "log_loss", metrics.path("log_loss"), truth.logLoss());
    requireClose(
        where + "calibration_ratio", metrics.path("calibration_ratio"), truth.calibration());
    requireAuc(where + "auc", metrics.path("auc"), truth.auc());
    JsonNode delay = group.path("delay");
    requireDelay(where + "p50", delay, "p50_millis", truth.delayP50Millis());
    requireDelay(where + "p95", delay, "p95_millis", truth.delayP95Millis());
  }

  private static void requireClose(String what, JsonNode metric, @Nullable Double truth) {
    JsonNode value = metric.path("value");
    if (truth == null) {
      assertThat(value.isNull()).as(what + " is undefined").isTrue();
    } else {
      assertThat(value.isNumber()).as(what).isTrue();
      assertThat(value.asDouble()).as(what).isCloseTo(truth, within(CLOSE));
    }
  }

  /** The rank AUC lies inside the bound that the bins leave. */
  private static void requireAuc(String what, JsonNode auc, @Nullable Double truth) {
    if (truth == null) {
      assertThat(auc.path("value").isNull()).as(what + " is undefined").isTrue();
      return;
    }
    double low = auc.path("bound_low").asDouble(Double.NaN);
    double high = auc.path("bound_high").asDouble(Double.NaN);
    assertThat(truth).as(what).isBetween(low - 1e-9, high + 1e-9);
    double value = auc.path("value").asDouble(Double.NaN);
    assertThat(value).as(what).isBetween(low, high).isCloseTo(truth, within(0.01));
  }

  private static void requireDelay(
      String what, JsonNode delay, String quantile, @Nullable Double truth) {
    if (truth == null) {
      assertThat(delay.path(quantile).isNull()).as(what + " is undefined").isTrue();
      return;
    }
    double relativeError = delay.path("relative_error").asDouble(Double.NaN);
    assertThat(relativeError).as("stated relative error").isBetween(0.0, 0.05);
    // A thousandth of the bound for the rounding of milliseconds.
    assertThat(delay.path(quantile).asDouble(Double.NaN))
        .as(what)
        .isCloseTo(truth, within(truth * relativeError * 1.001));
  }
}
