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

  private TopicRebuild() {}

  public static void handle(Handlers handlers) {
    handlers.change(Operation.REBUILD_TOPIC, TopicRebuild::rebuild);
  }

  private static Answer rebuild(Call call, Change change) throws SQLException {
    String topic = call.path("topic");
    change.sql().limitStatements(LIMIT_MILLIS);
    String copy =
        switch (topic) {
          case "models" -> MODELS;
          case "baselines" -> BASELINES;
          case "controls" -> CONTROLS;
          case "retrain-status" -> RETRAIN_STATUS;
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
