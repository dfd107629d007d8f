package dev.runway.control.audit;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Database;
import dev.runway.control.database.Sql;
import dev.runway.control.options.ControlOptions;
import dev.runway.control.outbox.Change;
import dev.runway.control.outbox.DeadLetters;
import dev.runway.control.topics.GroupConsumer;
import dev.runway.model.DeadLetter;
import dev.runway.model.Decision;
import dev.runway.model.DecisionCodec;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Reason;
import dev.runway.model.RetrainCommand;
import dev.runway.model.Staleness;
import dev.runway.model.StalenessCodec;
import dev.runway.model.Topic;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Takes note of what jobs decide: every decision that is to do something, and every state that a
 * version comes to. Most decisions are to do nothing about a version that stays as it is: they cost
 * no transaction.
 *
 * <p>Of a version a record counts that is newer than what was noted last, so what comes twice, from
 * a second copy of the job or after a restart from an older savepoint, is noted once.
 */
public final class JobAudit implements AutoCloseable {
  private static final String NAME = "decisions";

  private static final String MARK =
      """
      INSERT INTO audit_marks AS m (topic, model_id, model_version, revision, window_end_millis)
      VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (topic, model_id, model_version)
      DO UPDATE SET revision = excluded.revision, window_end_millis = excluded.window_end_millis
      WHERE (m.revision, m.window_end_millis) < (excluded.revision, excluded.window_end_millis)
      """;

  private final String staleness;
  private final Database database;
  private final Runnable messagesWait;
  private final GroupConsumer consumer;

  /**
   * @param messagesWait told when there is a message to send
   */
  public JobAudit(ControlOptions.Kafka options, Database database, Runnable messagesWait) {
    this.staleness = Topic.STALENESS.in(options.namespace());
    this.database = database;
    this.messagesWait = messagesWait;
    consumer =
        new GroupConsumer(
            options,
            new GroupConsumer.Reading(NAME, group(options), topics(options), "earliest"),
            new GroupConsumer.Taker() {
              @Override
              public void take(ConsumerRecord<byte[], byte[]> record) throws MalformedEvent {
                JobAudit.this.take(record);
              }

              @Override
              public void bury(DeadLetter letter, String requestId) {
                JobAudit.this.bury(letter, requestId);
              }
            });
  }

  /** The group that decisions and states are read in. */
  public static String group(ControlOptions.Kafka options) {
    return options.namespace() + ".audit";
  }

  /** What is read in it. */
  public static List<String> topics(ControlOptions.Kafka options) {
    return List.of(
        Topic.STALENESS.in(options.namespace()), Topic.DECISIONS.in(options.namespace()));
  }

  public void start() {
    consumer.start();
  }

  private void take(ConsumerRecord<byte[], byte[]> record) throws MalformedEvent {
    if (record.topic().equals(staleness)) {
      Staleness reading = StalenessCodec.read(record.value());
      GroupConsumer.requireKey(record, reading.modelId());
      if (reading.state() != reading.previous()) {
        note(record, reading);
      }
    } else {
      Decision decision = DecisionCodec.read(record.value());
      GroupConsumer.requireKey(record, decision.modelId());
      if (decision.verdict() != Decision.Verdict.NONE) {
        note(record, decision);
      }
    }
  }

  private void note(ConsumerRecord<byte[], byte[]> record, Staleness reading) {
    ObjectNode detail = detail(reading.modelId(), reading.modelVersion());
    detail.put("state", reading.state().name());
    detail.put("state_before", reading.previous().name());
    detail.put("revision", reading.revision());
    put(detail, "episode", reading.episode());
    put(detail, "suspension", reading.suspension());
    put(detail, "policy", reading.policy());
    String version = reading.modelId() + "/" + reading.modelVersion();
    note(
        record,
        new Noted(
            Topic.STALENESS,
            reading.modelId(),
            reading.modelVersion(),
            reading.revision(),
            reading.windowEndMillis()),
        version + "/" + reading.revision(),
        "state." + reading.state().name().toLowerCase(Locale.ROOT),
        "state:" + version,
        detail);
  }

  private void note(ConsumerRecord<byte[], byte[]> record, Decision decision) {
    ObjectNode detail = detail(decision.modelId(), decision.modelVersion());
    detail.put("verdict", decision.verdict().name());
    detail.put("mode", decision.mode().name());
    put(detail, "hold", decision.hold());
    put(detail, "attributed_to", decision.attributedTo());
    detail.put("state_before", decision.stateBefore().name());
    detail.put("state_after", decision.stateAfter().name());
    put(detail, "episode", decision.episode());
    put(detail, "policy", decision.policy());
    put(detail, "command_id", decision.commandId());
    detail.put("evidence_hash", decision.evidenceHash());
    // The inputs make the decision again, so with this the chain holds all it was decided from.
    detail.put("inputs_sha256", RetrainCommand.hash(decision.inputs()));
    String id = decision.id().toString();
    note(
        record,
        new Noted(
            Topic.DECISIONS,
            decision.modelId(),
            decision.modelVersion(),
            decision.atMillis(),
            decision.windowEndMillis()),
        id,
        "decision." + decision.verdict().name().toLowerCase(Locale.ROOT),
        "decision:" + id,
        detail);
  }

  /** What is taken note of, and where it stands among the others of its version. */
  private record Noted(
      Topic topic, String modelId, String modelVersion, long revision, long windowEndMillis) {
    boolean isNews(Sql sql) throws SQLException {
      return sql.update(MARK, topic.name(), modelId, modelVersion, revision, windowEndMillis) == 1;
    }
  }

  private void note(
      ConsumerRecord<byte[], byte[]> record,
      Noted noted,
      String id,
      String action,
      String object,
      ObjectNode detail) {
    detail.put("window_end_millis", noted.windowEndMillis());
    String sent = GroupConsumer.requestId(record);
    String requestId = sent == null ? id : sent;
    database.write(
        sql ->
            noted.isNews(sql)
                ? new Change(sql, "topic:" + record.topic(), requestId)
                    .audit(action, object, detail)
                : 0L);
  }

  private static ObjectNode detail(String modelId, String modelVersion) {
    return JsonNodeFactory.instance.objectNode().put("model", modelId).put("version", modelVersion);
  }

  private static void put(ObjectNode detail, String name, @Nullable Object value) {
    if (value != null) {
      detail.put(name, value.toString());
    }
  }

  /**
   * Alerts read the same topics with the same eyes, and what is none of its kind becomes a dead
   * letter there: once is enough. What the database refuses, it refuses of this reader alone.
   */
  private void bury(DeadLetter letter, String requestId) {
    if (letter.reason() == Reason.REFUSED_BY_DATABASE) {
      DeadLetters.bury(database, NAME, letter, requestId);
      messagesWait.run();
    }
  }

  /** Ends after what is under way. */
  @Override
  public void close() {
    consumer.close();
  }
}
