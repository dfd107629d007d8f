package dev.runway.demo.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.runway.model.DeadLetter;
import dev.runway.model.LateOutcome;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Maturity;
import dev.runway.model.Outcome;
import dev.runway.model.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SummaryTest {
  private final Results results = new Results();

  @Test
  void windowsOfAPeriod_areReadAsOneNotAveraged() {
    results.take(Readings.whole(0).joined(0.9, true, 10).joined(0.2, false, 20).at(1, FINAL));
    results.take(Readings.whole(1).joined(0.1, true, 30).unlabelled(1).waiting(0).at(1, FINAL));

    Group total = summary(4).models().get(0).total();

    assertThat(total.predictions()).isEqualTo(4);
    assertThat(total.coverage()).isEqualTo(0.75);
    // Positives 0.9 and 0.1 against the negative 0.2: one pair of two is right.
    assertThat(total.metric("auc").value()).isCloseTo(0.5, within(1e-9));
    assertThat(total.metric("accuracy").value()).isCloseTo(2 / 3.0, within(1e-12));
    assertThat(total.delays().quantile(0.5)).isCloseTo(20, within(0.2));
  }

  @Test
  void windowWithoutCounts_keepsItsCoverage_andMetricsAreUnknown() {
    results.take(Readings.whole(0).joined(0.9, true, 10).unlabelled(1).at(1, FINAL));
    results.take(Readings.whole(1).joined(0.9, true, 10).withoutCounts().at(1, FINAL));

    Group total = summary(3).models().get(0).total();

    assertThat(total.coverage()).isEqualTo(2 / 3.0);
    assertThat(total.joined()).isEqualTo(2);
    assertThat(total.metric("accuracy").value()).isNull();
    assertThat(total.delays().count()).isEqualTo(2);
  }

  @Test
  void groups_areCutWithoutCountingAnythingTwice() {
    results.take(Readings.whole(0).joined(0.9, true, 1).joined(0.2, false, 1).at(1, FINAL));
    results.take(Readings.whole(1).version("2").joined(0.3, true, 1).at(1, FINAL));
    results.take(Readings.group("north", "*", 0).joined(0.9, true, 1).at(1, FINAL));
    results.take(Readings.group("*", "exp:a", 0).joined(0.2, false, 1).at(1, FINAL));
    results.take(Readings.group("north", "exp:a", 0).joined(0.9, true, 1).at(1, FINAL));

    ModelSummary model = summary(3).models().get(0);

    assertThat(model.total().predictions()).isEqualTo(3);
    assertThat(names(model.periods())).containsExactly("day 0", "day 1");
    assertThat(names(model.versions())).containsExactly("1", "2");
    assertThat(names(model.segments())).containsExactly("north");
    assertThat(names(model.variants())).containsExactly("exp:a");
    assertThat(model.segments().get(0).predictions()).isEqualTo(1);
    assertThat(model.windows()).hasSize(5);
  }

  @Test
  void newestRevision_countsInAnyOrder() {
    results.take(Readings.whole(0).joined(0.9, true, 1).at(5, FINAL));
    results.take(Readings.whole(0).waiting(1).at(4, Maturity.PROVISIONAL));
    results.take(Readings.whole(0).joined(0.9, true, 1).at(5, Maturity.PROVISIONAL));

    assertThat(results.allFinal()).isTrue();
    assertThat(summary(1).sum(Group::joined)).isEqualTo(1);
    assertThat(summary(1).sum(Group::waiting)).isZero();
  }

  @Test
  void everyFateCounted_addsUp_andOneMissingDoesNot() {
    results.take(
        Readings.whole(0)
            .joined(0.9, true, 1)
            .unlabelled(1)
            .duplicates(1)
            .conflicts(1)
            .at(1, FINAL));
    results.take(dead("ns.predictions", 7, Reason.CONFLICT));
    results.take(dead("ns.predictions", 8, Reason.NOT_JSON));
    results.take(dead("ns.predictions", 8, Reason.NOT_JSON));
    results.take(dead("ns.outcomes", 8, Reason.EMPTY));

    assertThat(results.unaccounted(5, "ns.predictions")).isZero();
    assertThat(summary(5).addsUp()).isTrue();
    assertThat(summary(6).unaccounted()).isEqualTo(1);
    assertThat(summary(6).addsUp()).isFalse();
    assertThat(summary(5).dead())
        .isEqualTo(Map.of(Reason.CONFLICT, 1L, Reason.NOT_JSON, 1L, Reason.EMPTY, 1L));
  }

  @Test
  void lateOutcomeTwice_isOne() {
    results.take(late("p1", 3));
    results.take(late("p1", 3));
    results.take(late("p1", 4));

    assertThat(results.late()).isEqualTo(Map.of(LateOutcome.Why.ORPHAN, 2L));
  }

  @Test
  void table_showsEveryGroupAndWhereEveryPredictionWent() {
    results.take(
        Readings.whole(0)
            .joined(0.9, true, 3_600_000)
            .joined(0.2, false, 7_200_000)
            .unlabelled(1)
            .at(1, FINAL));
    results.take(dead("ns.predictions", 8, Reason.NOT_JSON));
    results.take(late("p1", 3));

    List<String> lines = SummaryTable.lines(summary(4));

    assertThat(lines)
        .anySatisfy(line -> assertThat(line).startsWith("m ").contains("AUC [95 %]", "delay p95"))
        .anySatisfy(
            line -> assertThat(line).startsWith("  day 0").contains("66.7 %", "1.000", "60.2 min"))
        .contains(
            "predictions: 4 sent = 2 joined + 0 waiting + 1 unlabelled + 0 duplicates + 1 dead",
            "outcomes: 9 sent; late 1: ORPHAN 1; dead 0",
            "dead letters 1: NOT_JSON 1");
  }

  @Test
  void brief_hasALineForEachModel_andWhereEveryPredictionWent() {
    results.take(Readings.whole(0).joined(0.9, true, 10).joined(0.2, false, 20).at(1, FINAL));
    results.take(Readings.whole(1).joined(0.9, true, 10).unlabelled(1).at(1, FINAL));

    List<String> lines = SummaryTable.brief(summary(4));

    assertThat(lines.get(0)).startsWith("WHAT CAME IN");
    assertThat(lines.get(1)).startsWith("  model").contains("coverage", "log loss");
    assertThat(lines.get(2)).startsWith("  m ").contains("75.0 %");
    assertThat(lines.get(3)).startsWith("  predictions: 4 sent = 3 joined");
    assertThat(lines).noneMatch(line -> line.contains("day 0"));
  }

  @Test
  void provisionalAndUnaccounted_areSaidSo() {
    results.take(Readings.whole(0).waiting(2).at(1, Maturity.PROVISIONAL));

    List<String> lines = SummaryTable.lines(summary(4));

    assertThat(lines)
        .anySatisfy(line -> assertThat(line).startsWith("  day 0 (provisional)").contains("0.0 %"))
        .anySatisfy(line -> assertThat(line).endsWith("+ 2 UNACCOUNTED FOR"));
  }

  @Test
  void tooLargeForTheBroker_isAFateOfItsOwn_andNotWell() throws IOException {
    results.take(Readings.whole(0).joined(0.9, true, 1).at(1, FINAL));

    Summary summary = Summary.of("ns", results, new Sent(2, 1, 1, 1), (model, start) -> "");

    assertThat(summary.addsUp()).isTrue();
    assertThat(summary.isWhole()).isFalse();
    assertThat(SummaryTable.lines(summary))
        .contains(
            "predictions: 2 sent = 1 joined + 0 waiting + 0 unlabelled + 0 duplicates + 0 dead"
                + " + 1 too large")
        .anySatisfy(line -> assertThat(line).startsWith("TOO LARGE").contains("1 outcomes"));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SummaryJson.write(summary, Map.of(), SummaryJson.Extent.GROUPS, out);
    JsonNode json = new ObjectMapper().readTree(out.toByteArray());
    assertThat(json.at("/too_large/predictions").intValue()).isEqualTo(1);
    assertThat(json.at("/too_large/outcomes").intValue()).isEqualTo(1);
  }

  @Test
  void json_hasTheDocumentedFields() throws IOException {
    results.take(Readings.whole(0).joined(0.9, true, 10).duplicates(1).at(3, FINAL));
    results.take(dead("ns.outcomes", 8, Reason.EMPTY));
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    SummaryJson.write(
        summary(2), Map.of("flink", "http://x"), SummaryJson.Extent.GROUPS_AND_WINDOWS, out);

    JsonNode json = new ObjectMapper().readTree(out.toByteArray());
    assertThat(json.get("final").booleanValue()).isTrue();
    assertThat(json.get("adds_up").booleanValue()).isTrue();
    assertThat(json.at("/sent/predictions").intValue()).isEqualTo(2);
    assertThat(json.at("/predictions/duplicates").intValue()).isEqualTo(1);
    assertThat(json.at("/dead_letters/outcomes/EMPTY").intValue()).isEqualTo(1);
    assertThat(json.at("/models/0/model_id").textValue()).isEqualTo("m");
    assertThat(json.at("/models/0/periods/0/period").textValue()).isEqualTo("day 0");
    assertThat(json.at("/models/0/total/coverage").doubleValue()).isEqualTo(1);
    assertThat(json.at("/models/0/total/metrics/accuracy/value").doubleValue()).isEqualTo(1);
    assertThat(json.at("/models/0/total/metrics/auc/value").isNull()).isTrue();
    assertThat(json.at("/models/0/total/delay/labels").intValue()).isEqualTo(1);
    assertThat(json.at("/models/0/windows/0/window_start").textValue())
        .isEqualTo("1970-01-01T00:00:00Z");
    assertThat(json.at("/models/0/windows/0/revision").intValue()).isEqualTo(3);
    assertThat(json.at("/addresses/flink").textValue()).isEqualTo("http://x");
  }

  @Test
  void jsonOfGroups_leavesWindowsOut() throws IOException {
    results.take(Readings.whole(0).joined(0.9, true, 10).at(3, FINAL));
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    SummaryJson.write(summary(1), Map.of(), SummaryJson.Extent.GROUPS, out);

    JsonNode json = new ObjectMapper().readTree(out.toByteArray());
    assertThat(json.at("/models/0/windows").isMissingNode()).isTrue();
    assertThat(json.at("/models/0/total/joined").intValue()).isEqualTo(1);
  }

  private static final Maturity FINAL = Maturity.FINAL;

  private Summary summary(long sentPredictions) {
    return Summary.of(
        "ns",
        results,
        Sent.whole(sentPredictions, 9),
        (model, start) -> "day " + start / 86_400_000);
  }

  private static List<String> names(List<Group> groups) {
    return groups.stream().map(Group::name).toList();
  }

  private static DeadLetter dead(String topic, long offset, Reason reason) {
    return DeadLetter.of(
        topic, 0, offset, 0, new byte[0], new MalformedEvent(reason, null, "because"));
  }

  private static LateOutcome late(String predictionId, long observedAt) {
    Outcome outcome =
        new Outcome(
            predictionId, "m", observedAt, "true", Double.NaN, null, 0, Outcome.RETRACTS_NOTHING);
    return new LateOutcome(outcome, LateOutcome.Why.ORPHAN, LateOutcome.NO_PREDICTION, null);
  }
}
