package dev.runway.control.readings;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** How stale the versions of a model are, and what was decided about them last. */
final class Judgements {
  private static final String STALENESS =
      """
      SELECT model_version, state, previous_state, since_at, suspension, episode, score, coverage,
             parts, missing, features, policy, policy_version, window_end_at, judged_at
      FROM v_staleness_latest
      WHERE model_id = ?
      ORDER BY judged_at DESC, model_version
      LIMIT ?
      """;

  /** Most decisions are to do nothing, in a state that stays; of those nobody asks. */
  private static final String DECISIONS =
      """
      SELECT decision_id, model_version, verdict, mode, hold, attributed_to, state_before,
             state_after, episode, score, severity_class, coverage, features, policy,
             policy_version, explanation, command_id, command_state, window_end_at, decided_at
      FROM v_decisions
      WHERE model_id = ? AND (verdict <> 'NONE' OR state_before <> state_after)
      ORDER BY decided_at DESC, decision_id
      LIMIT ?
      """;

  private static final Duration SHOWN = Duration.ofDays(1);
  private static final int VERSIONS = 200;
  private static final int LAST = 20;

  private Judgements() {}

  static void put(Sql sql, String modelId, ObjectNode body) throws SQLException {
    List<ObjectNode> staleness = sql.rows(STALENESS, modelId, VERSIONS);
    staleness.forEach(row -> putEvidence(modelId, row));
    put(body, "staleness", staleness);
    put(body, "decisions", sql.rows(DECISIONS, modelId, LAST));
  }

  /** Of each signal the windows that it was seen in, where they are told of. */
  private static void putEvidence(String modelId, ObjectNode row) {
    ObjectNode evidence = row.putObject("evidence");
    for (var part : row.path("parts").properties()) {
      String windows =
          switch (part.getKey()) {
            case "DATA_DRIFT", "CONCEPT_DRIFT", "CUSTOM" -> "drift";
            case "PERFORMANCE" -> "performance";
            default ->
                null; // Age is in the version itself, and embeddings are told of nowhere yet.
          };
      if (windows != null) {
        // As in the event: epoch milliseconds.
        Instant end = Instant.ofEpochMilli(part.getValue().path("window_end").asLong());
        evidence.put(
            part.getKey(),
            "/v1/models/%s/%s?version=%s&from=%s&to=%s"
                .formatted(
                    modelId,
                    windows,
                    row.path("model_version").asText().replace("+", "%2B"),
                    end.minus(SHOWN),
                    end));
      }
    }
  }

  private static void put(ObjectNode body, String name, List<ObjectNode> rows) {
    body.set(name, JsonNodeFactory.instance.arrayNode().addAll(rows));
  }
}
