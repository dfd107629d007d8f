package dev.runway.control.readings;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
import dev.runway.control.database.Sql.Question;
import dev.runway.control.http.Answer;
import dev.runway.control.http.Call;
import dev.runway.control.http.Handlers;
import dev.runway.control.http.Operation;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a model is by the newest windows of each of its versions, over all segments.
 *
 * <p>Time is that of the data: the newest window is looked for first, and everything else near it.
 * So a model whose events are old has a health too, and none costs more than a few days of windows.
 */
public final class ModelHealth {
  private static final Duration RECENT = Duration.ofDays(2);
  private static final Duration A_DAY = Duration.ofDays(1);
  private static final Duration ALARMS = Duration.ofDays(7);
  private static final int ROWS = 200;

  /** Overlapping windows are up to six times as long as the step between them. */
  private static final int WINDOWS = 6;

  private static final String MODEL =
      """
      SELECT model_id, state, owner, team, tier, coalesce(judging ->> 'horizon', 'P7D') AS horizon
      FROM models
      WHERE model_id = ?
      """;

  private static final String NEWEST_COVERAGE =
      """
      SELECT max(window_end_at) AS newest
      FROM v_label_coverage
      WHERE model_id = ? AND segment = '*' AND variant = '*' AND window_end_at > ?
      """;

  /** Concept drift and what watches labels have profiles of their own, and windows further back. */
  private static final String OF_DATA =
      """
       AND segment = '*' AND profile_id NOT LIKE 'concept.%'
       AND profile_id NOT IN ('change-detectors', 'performance-estimate')
      """;

  private static final String NEWEST_DRIFT =
      """
      SELECT window_end_at AS newest,
             extract(epoch FROM window_end_at - window_start_at)::bigint AS seconds
      FROM v_drift_readings
      WHERE model_id = ? AND window_end_at > ? AND kind = 'MODEL' AND feature = '*'
            AND metric = 'severity'
      """
          + OF_DATA
          + "ORDER BY window_end_at DESC LIMIT 1";

  private static final String DRIFT =
      """
      SELECT DISTINCT ON (model_version, profile_id, window_length)
             model_version, profile_id, window_start_at, window_end_at, evaluated_from_at, status,
             predictions, features, evaluated, flagged, severity, provisional, computed_at
      FROM v_drift
      WHERE model_id = ? AND window_end_at > ?
      """
          + OF_DATA
          + "ORDER BY model_version, profile_id, window_length, window_end_at DESC LIMIT ?";

  private static final String FEATURES =
      """
      SELECT model_version, profile_id, window_end_at, feature, kind, severity, metric, value,
             threshold, low, high, samples, method, p_value, q_value
      FROM v_drifting_features
      WHERE model_id = ? AND window_end_at > ?
      """
          + OF_DATA
          + "ORDER BY severity DESC NULLS LAST, feature, metric LIMIT ?";

  private static final String PERFORMANCE =
      """
      SELECT DISTINCT ON (model_version, task, window_length, metric, estimated, provisional)
             model_version, task, window_start_at, window_end_at, metric, value, low, high, samples,
             provisional, estimated, computed_at, master
      FROM v_performance
      WHERE model_id = ? AND window_end_at > ? AND segment = '*' AND variant = '*'
            AND value IS NOT NULL
      ORDER BY model_version, task, window_length, metric, estimated, provisional,
               window_end_at DESC
      LIMIT ?
      """;

  private static final String COVERAGE =
      """
      SELECT DISTINCT ON (model_version, task, window_length)
             model_version, task, window_start_at, window_end_at, received, predictions, joined,
             waiting, unlabelled, coverage, coverage_so_far, expected_coverage, provisional,
             computed_at, master
      FROM v_label_coverage
      WHERE model_id = ? AND window_end_at > ? AND segment = '*' AND variant = '*'
      ORDER BY model_version, task, window_length, window_end_at DESC
      LIMIT ?
      """;

  private static final String DELAY =
      """
      SELECT DISTINCT ON (model_version, task, window_length)
             model_version, task, window_start_at, window_end_at, labels, mean_millis, p50_millis,
             p95_millis, p99_millis, censored, provisional, computed_at, master
      FROM v_label_delay
      WHERE model_id = ? AND window_end_at > ? AND segment = '*' AND variant = '*' AND labels > 0
      ORDER BY model_version, task, window_length, window_end_at DESC
      LIMIT ?
      """;

  private static final String CONCEPT =
      """
      SELECT DISTINCT ON (model_version, window_length)
             model_version, profile_id, window_start_at, window_end_at, status, labels, severity,
             flagged, conditional_kl_normalised, low, high, threshold, p_value, provisional,
             computed_at
      FROM v_concept_drift
      WHERE model_id = ? AND window_end_at > ? AND segment = '*'
      ORDER BY model_version, window_length, window_end_at DESC
      LIMIT ?
      """;

  private static final String ALARM =
      """
      SELECT model_version, detector, since_at, window_start_at, window_end_at, statistic, threshold,
             samples, provisional, computed_at
      FROM v_change_alarms
      WHERE model_id = ? AND window_end_at > ? AND segment = '*'
      ORDER BY window_end_at DESC, model_version, detector
      LIMIT ?
      """;

  private static final String DRIFT_ALARM =
      """
      SELECT model_version, profile_id, feature, kind,
             extract(epoch FROM window_length)::bigint AS window_seconds, since_at, raised_at,
             window_end_at, windows, severity, provisional
      FROM v_drift_alarms
      WHERE model_id = ? AND window_end_at > ? AND segment = '*'
      ORDER BY window_end_at DESC, severity DESC, model_version, feature, profile_id, window_seconds
      LIMIT ?
      """;

  /** What is asked behind the staleness, in that order. */
  private static final List<String> OTHERS =
      List.of(
          "decisions",
          "performance",
          "coverage",
          "label_delay",
          "concept_drift",
          "drift_alarms",
          "change_alarms");

  private ModelHealth() {}

  public static void handle(Handlers handlers) {
    handlers.readDeep(Operation.GET_HEALTH, ModelHealth::of);
  }

  private static Answer of(Call call, Sql sql) throws SQLException {
    String modelId = call.path("model");
    Instant near = Instant.now().minus(RECENT);
    List<List<ObjectNode>> first =
        sql.rowsOfEach(
            List.of(
                Question.of(MODEL, modelId),
                Question.of(NEWEST_COVERAGE, modelId, near),
                Question.of(NEWEST_DRIFT, modelId, near)));
    ObjectNode body = first.get(0).get(0);
    Duration horizon = Duration.parse(body.remove("horizon").asText());
    Optional<ObjectNode> covered = newest(first.get(1), sql, NEWEST_COVERAGE, modelId);
    Optional<ObjectNode> drifted = newest(first.get(2), sql, NEWEST_DRIFT, modelId);
    Instant until = latest(covered, drifted);
    if (until != null) {
      body.put("data_until", until.toString());
    }
    Instant anchor = until == null ? Instant.now() : until;
    // Windows that are final are as old as labels may be late.
    Instant labelled = anchor.minus(horizon).minus(A_DAY);
    // Of a model without any reading of drift there is nothing, whatever is asked.
    Instant drifting = drifted.map(ModelHealth::windowsBack).orElse(anchor);

    Iterator<List<ObjectNode>> answers =
        sql.rowsOfEach(
                List.of(
                    Question.of(DRIFT, modelId, drifting, ROWS),
                    Question.of(FEATURES, modelId, drifting, 10 * ROWS),
                    Judgements.staleness(modelId),
                    Judgements.decisions(modelId),
                    Question.of(PERFORMANCE, modelId, labelled, ROWS),
                    Question.of(COVERAGE, modelId, anchor.minus(A_DAY), ROWS),
                    Question.of(DELAY, modelId, labelled, ROWS),
                    Question.of(CONCEPT, modelId, labelled, ROWS),
                    Question.of(DRIFT_ALARM, modelId, anchor.minus(ALARMS), ROWS),
                    Question.of(ALARM, modelId, labelled.minus(ALARMS), ROWS)))
            .iterator();
    List<ObjectNode> windows = answers.next();
    put(body, "drift", windows);
    put(body, "drifting_features", shown(answers.next(), windows));
    boolean seesAll = call.subject().models() == null;
    put(body, "staleness", Judgements.withEvidence(sql, modelId, seesAll, answers.next()));
    for (String name : OTHERS) {
      put(body, name, answers.next());
    }
    return Answer.ok(body);
  }

  /** Near now, where it nearly always is; if it is not there, everywhere. */
  private static Optional<ObjectNode> newest(
      List<ObjectNode> near, Sql sql, String question, String modelId) throws SQLException {
    Optional<ObjectNode> found = near.stream().filter(row -> row.has("newest")).findFirst();
    return found.isPresent()
        ? found
        : sql.row(question, modelId, Instant.EPOCH).filter(row -> row.has("newest"));
  }

  private static Instant windowsBack(ObjectNode newest) {
    return Instant.parse(newest.path("newest").asText())
        .minusSeconds(WINDOWS * newest.path("seconds").asLong());
  }

  /** Features of the windows that are shown themselves. */
  private static List<ObjectNode> shown(List<ObjectNode> features, List<ObjectNode> windows) {
    Set<String> shown = windows.stream().map(ModelHealth::window).collect(Collectors.toSet());
    return features.stream()
        .filter(feature -> shown.contains(window(feature)))
        .limit(ROWS)
        .toList();
  }

  private static String window(ObjectNode row) {
    return row.path("model_version") + " " + row.path("profile_id") + row.path("window_end_at");
  }

  private static @Nullable Instant latest(Optional<ObjectNode> one, Optional<ObjectNode> other) {
    return List.of(one, other).stream()
        .flatMap(Optional::stream)
        .map(row -> Instant.parse(row.path("newest").asText()))
        .max(Instant::compareTo)
        .orElse(null);
  }

  private static void put(ObjectNode body, String name, List<ObjectNode> rows) {
    body.set(name, JsonNodeFactory.instance.arrayNode().addAll(rows));
  }
}
