package dev.runway.control.readings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
import dev.runway.control.http.Answer;
import dev.runway.control.http.Call;
import dev.runway.control.http.Handlers;
import dev.runway.control.http.Operation;
import dev.runway.control.http.Problem;
import dev.runway.control.readings.CanaryJudgement.Arm;
import dev.runway.control.readings.CanaryJudgement.Terms;
import dev.runway.control.readings.CanaryJudgement.Verdict;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether a version that has a share of the traffic on trial may take the place of the primary one:
 * by what groundtruth-join says of both, of windows whose labels are final. Nothing is kept of an
 * answer, so the same question has the same answer for as long as the windows stay as they are.
 */
public final class CanaryGate {
  /** Means over labels, so that windows add up; the first that is there is asked by default. */
  private static final List<String> METRICS = List.of("log_loss", "mae", "ndcg_at_10");

  private static final Set<String> LOSSES = Set.of("log_loss", "brier", "mae");

  private static final String SHARE = "accuracy";

  private static final Duration LONGEST = Duration.ofDays(31);
  private static final int EFFECT_PERCENT = 10;
  private static final int MARGIN_PERCENT = 5;
  private static final int MIN_LABELS = 1_000;
  private static final int MIN_HOURS = 24;

  /** A month of both versions in windows of five minutes. */
  private static final int MOST_ROWS = 20_000;

  private static final String SERVING =
      """
      SELECT d.deployment_id, d.version, d.environment, d.role, d.share, d.started_at,
             (SELECT max(c.changed_at)
              FROM deployments AS c
              WHERE c.model_id = d.model_id AND c.environment = d.environment
                    AND c.role = 'CANARY') AS shares_since
      FROM deployments AS d
      WHERE d.model_id = ? AND d.ended_at IS NULL AND d.role IN ('PRIMARY', 'CANARY')
      ORDER BY d.started_at, d.deployment_id
      """;

  private static final String WITHIN =
      """
      WHERE model_id = ? AND window_start_at >= ? AND window_end_at > ? AND window_end_at <= ?
            AND segment = '*'
            AND ((model_version = ? AND variant = '*') OR (model_version = ? AND variant = ?))
      """;

  private static final String PERFORMANCE =
      """
      SELECT model_version, window_start_at, window_end_at, metric, value, se, samples
      FROM v_performance
      """
          + WITHIN
          + """
                  AND NOT provisional AND NOT estimated AND value IS NOT NULL AND se IS NOT NULL
                  AND samples > 0 AND metric = ANY (?)
            ORDER BY window_start_at, window_end_at
            LIMIT ?
            """;

  private static final String COVERAGE =
      """
      SELECT model_version, window_start_at, window_end_at, predictions, provisional
      FROM v_label_coverage
      """
          + WITHIN
          + "ORDER BY window_start_at, window_end_at LIMIT ?";

  private CanaryGate() {}

  public static void handle(Handlers handlers) {
    handlers.read(Operation.GET_CANARY, CanaryGate::of);
  }

  /**
   * The two that are compared.
   *
   * @param championShare what the canaries of the environment leave it
   */
  private record Pair(ObjectNode canary, ObjectNode primary, double championShare) {
    String challenger() {
      return canary.path("version").asText();
    }

    String champion() {
      return primary.path("version").asText();
    }

    double share() {
      return canary.path("share").asDouble();
    }

    /** Since when both are there with these shares, which other canaries change as well. */
    Instant since() {
      Instant canarySince = time(canary, "shares_since");
      Instant primarySince = time(primary, "started_at");
      return canarySince.isAfter(primarySince) ? canarySince : primarySince;
    }
  }

  private record Window(Instant start, Instant end) {
    static Window of(ObjectNode row) {
      return new Window(time(row, "window_start_at"), time(row, "window_end_at"));
    }
  }

  private static Instant time(JsonNode row, String field) {
    return Instant.parse(row.path(field).asText());
  }

  private static Answer of(Call call, Sql sql) throws SQLException {
    sql.oneState();
    Pair pair = pair(call, sql.rows(SERVING, call.path("model")));
    Instant to = Span.instant(call, "to");
    Instant until = to == null ? Instant.now() : to;
    Instant asked = Span.instant(call, "from");
    Instant since = asked == null ? pair.since() : asked;
    Instant oldest = until.minus(LONGEST);
    if (asked != null && asked.isBefore(oldest)) {
      throw Problem.parameter(
          "parameter", "from", "must be at most " + LONGEST.toDays() + " days before to");
    }
    Instant from = since.isBefore(oldest) ? oldest : since;
    List<Object> values = new ArrayList<>();
    values.add(call.path("model"));
    values.add(from);
    values.add(from);
    values.add(until);
    values.add(pair.challenger());
    values.add(pair.champion());
    String variant = call.query("champion_variant");
    values.add(variant == null ? "*" : variant);
    List<ObjectNode> coverage = rows(sql, COVERAGE, values);
    String metric = call.query("metric");
    values.add(metric == null ? METRICS : List.of(metric));
    List<ObjectNode> performance = rows(sql, PERFORMANCE, values);
    return Answer.ok(answer(call, pair, from, coverage, performance));
  }

  private static List<ObjectNode> rows(Sql sql, String question, List<Object> values)
      throws SQLException {
    List<Object> bound = new ArrayList<>(values);
    bound.add(MOST_ROWS + 1);
    List<ObjectNode> rows = sql.rows(question, bound.toArray());
    if (rows.size() > MOST_ROWS) {
      throw Problem.parameter(
          "parameter", "from", "there are too many windows since: name a later time");
    }
    return rows;
  }

  private static Pair pair(Call call, List<ObjectNode> serving) {
    String version = call.path("version");
    String environment = call.query("environment");
    List<ObjectNode> canaries =
        serving.stream()
            .filter(row -> row.path("role").asText().equals("CANARY"))
            .filter(
                row -> environment == null || row.path("environment").asText().equals(environment))
            .toList();
    List<ObjectNode> its =
        canaries.stream().filter(row -> row.path("version").asText().equals(version)).toList();
    if (its.isEmpty()) {
      throw Problem.notFound(
          "version %s of %s is not on canary: no such deployment is open"
              .formatted(version, call.path("model")));
    }
    if (its.size() > 1) {
      throw Problem.parameter(
          "parameter",
          "environment",
          "version " + version + " is on canary several times: name one");
    }
    ObjectNode canary = its.get(0);
    String where = canary.path("environment").asText();
    ObjectNode primary =
        serving.stream()
            .filter(row -> row.path("role").asText().equals("PRIMARY"))
            .filter(row -> row.path("environment").asText().equals(where))
            .findFirst()
            .orElseThrow(
                () ->
                    Problem.notFound(
                        "no version of %s is primary in %s: there is nothing to compare with"
                            .formatted(call.path("model"), where)));
    if (primary.path("version").asText().equals(version)) {
      throw Problem.conflict("version " + version + " is primary in " + where + " itself");
    }
    double taken =
        canaries.stream()
            .filter(row -> row.path("environment").asText().equals(where))
            .mapToDouble(row -> row.path("share").asDouble())
            .sum();
    return new Pair(canary, primary, Math.max(0, 1 - taken));
  }

  private static ObjectNode answer(
      Call call, Pair pair, Instant from, List<ObjectNode> coverage, List<ObjectNode> performance) {
    Arms arms = new Arms(pair);
    String metric = metric(call, performance);
    arms.takeCoverage(coverage);
    List<Window> windows =
        arms.takePerformance(
            performance.stream()
                .filter(row -> row.path("metric").asText().equals(metric))
                .toList());
    Duration time =
        windows.stream()
            .map(window -> Duration.between(window.start(), window.end()))
            .reduce(Duration.ZERO, Duration::plus);
    Terms terms = terms(call, LOSSES.contains(metric));
    CanaryJudgement judgement =
        CanaryJudgement.of(
            arms.champion, arms.challenger, pair.share(), pair.championShare(), time, terms);
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("model_id", call.path("model")).put("version", pair.challenger());
    body.put("champion", pair.champion());
    body.put("environment", pair.canary().path("environment").asText());
    body.put("deployment_id", pair.canary().path("deployment_id").asText());
    body.put("verdict", judgement.verdict().name());
    if (judgement.decidedBy() != null) {
      body.put("decided_by", judgement.decidedBy().name());
    }
    body.put("reason", judgement.reason());
    body.put("passed", judgement.verdict() == Verdict.PROMOTE);
    body.put("undecided", judgement.verdict() == Verdict.UNDECIDED);
    body.put("from", from.toString());
    if (!windows.isEmpty()) {
      body.put("to", windows.get(windows.size() - 1).end().toString());
    }
    body.put("windows", windows.size()).put("metric", metric);
    put(body, "difference", judgement.difference());
    put(body, "low", judgement.low());
    put(body, "high", judgement.high());
    put(body, "sample_ratio_p", judgement.sampleRatioP());
    ArrayNode both = body.putArray("arms");
    arm(both.addObject(), "CHALLENGER", pair.challenger(), pair.share(), arms.challenger);
    arm(both.addObject(), "CHAMPION", pair.champion(), pair.championShare(), arms.champion);
    return body;
  }

  private static void arm(ObjectNode its, String name, String version, double share, Arm arm) {
    its.put("arm", name).put("version", version).put("share", share);
    its.put("predictions", arm.predictions()).put("labels", arm.labels());
    put(its, "value", arm.mean());
  }

  /** Numbers that are not known are left out. */
  private static void put(ObjectNode body, String field, @Nullable Double value) {
    if (value != null && Double.isFinite(value)) {
      body.put(field, value);
    }
  }

  private static String metric(Call call, List<ObjectNode> performance) {
    String asked = call.query("metric");
    if (asked != null) {
      return asked;
    }
    return METRICS.stream()
        .filter(
            each -> performance.stream().anyMatch(row -> row.path("metric").asText().equals(each)))
        .findFirst()
        .orElse(METRICS.get(0));
  }

  private static Terms terms(Call call, boolean less) {
    String settleAt = call.query("settle_at");
    return new Terms(
        less,
        number(call, "effect_percent", EFFECT_PERCENT) / 100.0,
        number(call, "margin_percent", MARGIN_PERCENT) / 100.0,
        number(call, "min_labels", MIN_LABELS),
        Duration.ofHours(number(call, "min_hours", MIN_HOURS)),
        settleAt == null ? null : Long.valueOf(settleAt));
  }

  private static int number(Call call, String name, int usual) {
    String text = call.query(name);
    return text == null ? usual : Integer.parseInt(text);
  }

  /** Adds up the windows of both. */
  private static final class Arms {
    private final Pair pair;
    private Arm champion = Arm.NONE;
    private Arm challenger = Arm.NONE;

    Arms(Pair pair) {
      this.pair = pair;
    }

    /**
     * Predictions of windows whose labels are final for one of the two: by then all predictions of
     * the window have been counted for both, and a version that has none has lost them.
     */
    void takeCoverage(List<ObjectNode> rows) {
      Map<Window, List<ObjectNode>> byWindow = byWindow(rows);
      Instant taken = Instant.MIN;
      for (Map.Entry<Window, List<ObjectNode>> entry : byWindow.entrySet()) {
        boolean isFinal =
            entry.getValue().stream().anyMatch(row -> !row.path("provisional").asBoolean());
        if (isFinal && !entry.getKey().start().isBefore(taken)) {
          taken = entry.getKey().end();
          for (ObjectNode row : entry.getValue()) {
            long predictions = row.path("predictions").asLong();
            if (isChallenger(row)) {
              challenger = challenger.andPredictions(predictions);
            } else {
              champion = champion.andPredictions(predictions);
            }
          }
        }
      }
    }

    /**
     * Labels of windows that are final for both, so that both have seen the same times.
     *
     * @return those windows, in order, none of which overlaps another
     */
    List<Window> takePerformance(List<ObjectNode> rows) {
      List<Window> windows = new ArrayList<>();
      Instant taken = Instant.MIN;
      for (Map.Entry<Window, List<ObjectNode>> entry : byWindow(rows).entrySet()) {
        boolean both =
            entry.getValue().stream().anyMatch(this::isChallenger)
                && !entry.getValue().stream().allMatch(this::isChallenger);
        if (both && !entry.getKey().start().isBefore(taken)) {
          taken = entry.getKey().end();
          windows.add(entry.getKey());
          entry.getValue().forEach(this::takeLabels);
        }
      }
      return windows;
    }

    private void takeLabels(ObjectNode row) {
      long labels = row.path("samples").asLong();
      double mean = row.path("value").asDouble();
      double error = row.path("se").asDouble();
      if (row.path("metric").asText().equals(SHARE)) {
        if (labels < 2) {
          return;
        }
        // That of a share is of all that there is and not of a sample: too small by so much, which
        // many small windows add up.
        error *= Math.sqrt(labels / (labels - 1.0));
      }
      if (isChallenger(row)) {
        challenger = challenger.and(labels, mean, error);
      } else {
        champion = champion.and(labels, mean, error);
      }
    }

    private boolean isChallenger(ObjectNode row) {
      return row.path("model_version").asText().equals(pair.challenger());
    }

    private static Map<Window, List<ObjectNode>> byWindow(List<ObjectNode> rows) {
      Map<Window, List<ObjectNode>> byWindow = new LinkedHashMap<>();
      rows.forEach(
          row -> byWindow.computeIfAbsent(Window.of(row), window -> new ArrayList<>()).add(row));
      return byWindow;
    }
  }
}
