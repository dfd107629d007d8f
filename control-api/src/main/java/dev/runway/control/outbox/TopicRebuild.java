package dev.runway.control.outbox;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.http.Answer;
import dev.runway.control.http.Call;
import dev.runway.control.http.Handlers;
import dev.runway.control.http.Operation;
import java.sql.SQLException;

/**
 * Sends everything of a compacted topic again, from the tables. Rows are locked while they are
 * copied, so a message that a change leaves afterwards comes after the copy.
 */
public final class TopicRebuild {
  private static final int LIMIT_MILLIS = 60_000;

  private static final String MODELS =
      """
      INSERT INTO outbox (topic, record_key, message, request_id)
      SELECT 'MODELS', convert_to(m.model_id, 'UTF8'), m.message, ?
      FROM (SELECT model_id, message FROM models ORDER BY model_id FOR UPDATE) AS m
      """;

  /** They never change, so nothing needs to be locked. */
  private static final String BASELINES =
      """
      INSERT INTO outbox (topic, record_key, message, request_id)
      SELECT 'BASELINES', record_key, message, ?
      FROM baselines
      ORDER BY made_at
      """;

  private static final String CONTROLS =
      """
      INSERT INTO outbox (topic, record_key, message, request_id)
      SELECT 'CONTROLS', c.record_key, c.message, ?
      FROM (SELECT record_key, message FROM controls ORDER BY record_key FOR UPDATE) AS c
      """;

  private static final String RETRAIN_STATUS =
      """
      INSERT INTO outbox (topic, record_key, message, request_id)
      SELECT 'RETRAIN_STATUS', convert_to(c.command_id::text, 'UTF8'), c.message, ?
      FROM (SELECT command_id, message FROM retrain_commands
            ORDER BY received_at, command_id FOR UPDATE) AS c
      """;

  private static final String SPACES =
      """
      INSERT INTO outbox (topic, record_key, message, request_id)
      SELECT 'SPACES', convert_to(s.space_id, 'UTF8'), s.message, ?
      FROM (SELECT space_id, message FROM embedding_spaces ORDER BY space_id FOR UPDATE) AS s
      """;

  /** A lock is a statement of its own: what holds is read after it. */
  private static final String LOCK_POLICIES =
      "SELECT count(*) FROM (SELECT policy FROM policies ORDER BY policy FOR UPDATE) AS p";

  private static final String LOCK_DEPENDENCIES =
      """
      SELECT count(*)
      FROM (SELECT edge_id FROM graph_edges WHERE valid_to IS NULL ORDER BY edge_id FOR UPDATE) AS e
      """;

  private static final String POLICIES =
      """
      INSERT INTO outbox (topic, record_key, message, request_id)
      SELECT 'POLICIES', record_key, message, ?
      FROM v_policy_messages
      ORDER BY policy
      """;

  /** Those that ended are told too: their end may be what the topic has lost. */
  private static final String DEPENDENCIES =
      """
      INSERT INTO outbox (topic, record_key, message, request_id)
      SELECT 'DEPENDENCIES', record_key, message, ?
      FROM v_dependency_messages
      ORDER BY edge_id
      """;

  private TopicRebuild() {}

  public static void handle(Handlers handlers) {
    handlers.change(Operation.REBUILD_TOPIC, TopicRebuild::rebuild);
  }

  private static Answer rebuild(Call call, Change change) throws SQLException {
    String topic = call.path("topic");
    change.sql().limitStatements(LIMIT_MILLIS);
    if (topic.equals("policies")) {
      change.sql().number(LOCK_POLICIES);
    } else if (topic.equals("dependencies")) {
      change.sql().number(LOCK_DEPENDENCIES);
    }
    String copy =
        switch (topic) {
          case "models" -> MODELS;
          case "baselines" -> BASELINES;
          case "controls" -> CONTROLS;
          case "retrain-status" -> RETRAIN_STATUS;
          case "spaces" -> SPACES;
          case "policies" -> POLICIES;
          case "dependencies" -> DEPENDENCIES;
          default -> throw new IllegalStateException("the contract has no topic " + topic);
        };
    int messages = change.sql().update(copy, call.requestId());
    change.publishedBySql();
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("topic", topic).put("messages", messages);
    change.audit("topic.rebuild", "topic:" + topic, body);
    return Answer.accepted(body);
  }
}
