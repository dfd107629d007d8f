package dev.runway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.runway.demo.scenario.DemoModel;
import dev.runway.demo.scenario.Script;
import dev.runway.demo.truth.Truth;
import dev.runway.demo.truth.TruthRow;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What SQL answers after the demo, against what the samples alone say. */
final class DemoQuestions {
  private final List<DemoModel> models;
  private final Script script;

  DemoQuestions(List<DemoModel> models, Script script) {
    this.models = models;
    this.script = script;
  }

  void require(TestStack stack) throws Exception {
    try (SqlGateway gateway = SqlGateway.start(stack, "runway-demo")) {
      try (Connection session = gateway.connect("batch")) {
        requireLabels(session);
        requirePerformance(session);
        requireDrift(session);
        requireRecords(session);
      }
      requireStream(gateway);
    }
  }

  private void requireLabels(Connection session) throws Exception {
    var byDelay = SqlGateway.ask(session, "coverage-by-delay");
    var delays = SqlGateway.ask(session, "label-delay-now");
    for (DemoModel model : models) {
      for (TruthRow truth : versions(model)) {
        var row = row(byDelay, truth);
        assertThat(number(row, "predictions")).isEqualTo((double) truth.predictions());
        assertThat(number(row, "coverage")).isCloseTo(truth.coverage(), within(1e-9));
        assertThat(number(row, "within_hour")).isBetween(0.0, number(row, "within_day"));
        assertThat(number(row, "within_day")).isBetween(0.0, number(row, "within_week"));
        assertThat(number(row, "within_week")).isBetween(0.0, number(row, "coverage"));
        if (truth.labelled() > 0) {
          var delay = row(delays, truth);
          assertThat(number(delay, "labels")).isEqualTo((double) truth.labelled());
          double error = 1 + number(delay, "relative_error");
          double median = Objects.requireNonNull(truth.delayP50Millis()) / 3_600_000;
          assertThat(median)
              .isBetween(
                  number(delay, "quickest_median_hours") / error,
                  number(delay, "slowest_median_hours") * error);
        }
      }
    }
    var late = SqlGateway.ask(session, "late-labels");
    assertThat(sum(late, "why", "AFTER_HORIZON", "outcomes"))
        .isEqualTo((double) models.stream().mapToLong(m -> Truth.total(m).afterHorizon()).sum());
    assertThat(sum(late, "why", "ORPHAN", "outcomes")).isEqualTo((double) script.orphans());
  }

  private void requirePerformance(Connection session) throws Exception {
    var performance = SqlGateway.ask(session, "performance-by-version");
    var scores = SqlGateway.ask(session, "score-against-outcome");
    for (DemoModel model : models) {
      for (TruthRow truth : versions(model)) {
        if (truth.labelled() == 0) {
          continue;
        }
        var accuracy =
            performance.stream()
                .filter(row -> isOf(row, truth) && "accuracy".equals(row.get("metric")))
                .findFirst()
                .orElseThrow();
        assertThat(number(accuracy, "mean_value"))
            .isCloseTo(Objects.requireNonNull(truth.accuracy()), within(1e-9));
        assertThat(number(accuracy, "samples")).isEqualTo((double) truth.labelled());
        var tenths = scores.stream().filter(row -> isOf(row, truth)).toList();
        assertThat(tenths.stream().mapToDouble(row -> number(row, "predictions")).sum())
            .isEqualTo((double) truth.labelled());
        assertThat(tenths)
            .allSatisfy(
                row ->
                    assertThat(number(row, "mean_score"))
                        .isBetween(
                            number(row, "score_from") - 1e-9, number(row, "score_from") + 0.1));
      }
    }
    var between = SqlGateway.ask(session, "scores-against-first-version");
    for (DemoModel model : models) {
      assertThat(between.stream().filter(row -> model.id().equals(row.get("model_id"))))
          .hasSize(versions(model).size() - 1)
          .allSatisfy(
              row -> {
                assertThat(number(row, "predictions")).isPositive();
                assertThat(number(row, "score_psi")).isNotNegative();
                assertThat(number(row, "score_js_distance")).isBetween(0.0, 0.8326);
                assertThat(number(row, "score_ks")).isBetween(0.0, 1.0);
              });
    }
  }

  /** The feed of delays that comes in seconds for a week in March 2001, and nothing else of it. */
  private static void requireDrift(Connection session) throws Exception {
    // The feed is mended a day before the last.
    assertThat(SqlGateway.ask(session, "drifting-features"))
        .noneMatch(row -> "weekday".equals(row.get("feature")));
    assertThat(SqlGateway.ask(session, "which-features-moved-when"))
        .anySatisfy(
            row -> {
              assertThat(row.get("model_id")).isEqualTo("late-arrival");
              assertThat(row.get("feature")).isEqualTo("delay_national_3h");
              assertThat(row.get("since_at").toString()).startsWith("2001-03-19");
            })
        .noneMatch(row -> "weekday".equals(row.get("feature")));

    var months = SqlGateway.ask(session, "drift-by-month");
    var march =
        months.stream()
            .filter(row -> "late-arrival".equals(row.get("model_id")))
            .filter(row -> "2001.2".equals(row.get("model_version")))
            .filter(row -> String.valueOf(row.get("month_at")).startsWith("2001-03"))
            .toList();
    assertThat(march)
        .filteredOn(row -> "delay_national_3h".equals(row.get("feature")))
        .isNotEmpty()
        .allSatisfy(row -> assertThat(number(row, "psi")).isGreaterThan(0.2));
    assertThat(march)
        .filteredOn(row -> !"NONE".equals(row.get("alarm")))
        .allSatisfy(row -> assertThat(number(row, "psi")).isGreaterThan(number(row, "threshold")));
    assertThat(march)
        .filteredOn(row -> "weekday".equals(row.get("feature")))
        .isNotEmpty()
        .allSatisfy(row -> assertThat(row.get("alarm")).isEqualTo("NONE"));

    assertThat(SqlGateway.ask(session, "week-against-week"))
        .hasSizeBetween(10, 50)
        .anySatisfy(
            row -> {
              assertThat(row.get("model_id")).isEqualTo("late-arrival");
              assertThat(row.get("feature")).isEqualTo("delay_national_3h");
              assertThat(number(row, "psi_against_before")).isGreaterThan(1);
            });

    assertThat(SqlGateway.ask(session, "monitor-against-tiles"))
        .hasSizeGreaterThan(20)
        .allSatisfy(
            row -> {
              assertThat(number(row, "readings")).isPositive();
              assertThat(number(row, "largest_difference")).as(row.toString()).isZero();
            });
  }

  private void requireRecords(Connection session) throws Exception {
    var repeated = SqlGateway.ask(session, "repeated-predictions");
    for (DemoModel model : models) {
      long predictions = Truth.total(model).predictions();
      var row =
          repeated.stream()
              .filter(r -> model.id().equals(r.get("model_id")))
              .findFirst()
              .orElseThrow();
      // Four standard errors; conflicts and rejected records have ids too.
      assertThat(number(row, "ids")).isBetween(0.94 * predictions, 1.06 * predictions + 100);
      assertThat(number(row, "records")).isGreaterThan((double) predictions);
    }
    assertThat(
            SqlGateway.ask(session, "dead-letters-by-reason").stream()
                .mapToDouble(row -> number(row, "letters"))
                .sum())
        .isEqualTo((double) script.dead().values().stream().mapToLong(Long::longValue).sum());
  }

  /** The same records by the windows of a stream, which ends where the topic does. */
  private static void requireStream(SqlGateway gateway) throws Exception {
    try (Connection session = gateway.connect("streaming")) {
      var windows =
          SqlGateway.rows(
              session,
              "SELECT window_start, model_id, COUNT(*) AS predictions FROM TUMBLE(TABLE"
                  + " predictions, DESCRIPTOR(appended_at), INTERVAL '1' MINUTE)"
                  + " GROUP BY window_start, window_end, model_id");
      try (Connection batch = gateway.connect("batch")) {
        assertThat(windows.stream().mapToDouble(row -> number(row, "predictions")).sum())
            .isEqualTo(
                number(
                    SqlGateway.rows(batch, "SELECT COUNT(*) AS predictions FROM predictions")
                        .get(0),
                    "predictions"));
      }
    }
  }

  private static List<TruthRow> versions(DemoModel model) {
    return Truth.by(model, c -> c.prediction().modelVersion());
  }

  private static boolean isOf(Map<String, @Nullable Object> row, TruthRow truth) {
    return truth.modelId().equals(row.get("model_id"))
        && truth.group().equals(row.get("model_version"));
  }

  private static Map<String, @Nullable Object> row(
      List<Map<String, @Nullable Object>> rows, TruthRow truth) {
    return rows.stream()
        .filter(row -> isOf(row, truth))
        .findFirst()
        .orElseThrow(() -> new AssertionError(truth.modelId() + " is not in " + rows));
  }

  private static double sum(
      List<Map<String, @Nullable Object>> rows, String column, String value, String summed) {
    return rows.stream()
        .filter(row -> value.equals(row.get(column)))
        .mapToDouble(row -> number(row, summed))
        .sum();
  }

  static double number(Map<String, @Nullable Object> row, String column) {
    if (row.get(column) instanceof Number number) {
      return number.doubleValue();
    }
    throw new AssertionError(column + " is no number in " + row);
  }
}
