package dev.runway.control.readings;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
import dev.runway.control.database.Sql.Question;
import java.sql.SQLException;
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

  private static final int VERSIONS = 200;
  private static final int LAST = 20;

  private Judgements() {}

  static Question staleness(String modelId) {
    return Question.of(STALENESS, modelId, VERSIONS);
  }

  static Question decisions(String modelId) {
    return Question.of(DECISIONS, modelId, LAST);
  }

  /** Adds to each row of staleness where its signals can be read up. */
  static List<ObjectNode> withEvidence(
      Sql sql, String modelId, boolean seesAll, List<ObjectNode> staleness) throws SQLException {
    for (ObjectNode row : staleness) {
      Evidence.put(sql, modelId, seesAll, row);
    }
    return staleness;
  }
}
