package dev.runway.control.registry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
import dev.runway.control.http.Answer;
import dev.runway.control.http.Call;
import dev.runway.control.http.Handlers;
import dev.runway.control.http.Operation;
import dev.runway.control.http.Problem;
import dev.runway.control.outbox.Change;
import dev.runway.model.Control;
import dev.runway.model.ControlCodec;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Topic;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Mutes and kill switches. */
public final class Controls {
  private static final String COLUMNS =
      """
      SELECT model_id, kind, action, revision, reason, said_by, said_at, expires_at
      FROM controls
      """;

  private Controls() {}

  public static void handle(Handlers handlers) {
    handlers
        .read(
            Operation.LIST_CONTROLS,
            (call, sql) -> list(sql, "WHERE model_id = ?", call.path("model")))
        .read(Operation.LIST_FLEET_CONTROLS, (call, sql) -> list(sql, "WHERE model_id IS NULL"))
        .change(
            Operation.CREATE_CONTROL,
            (call, change) -> {
              Models.locked(change.sql(), call.path("model"));
              return say(call, change, call.path("model"));
            })
        .change(Operation.CREATE_FLEET_CONTROL, (call, change) -> say(call, change, null));
  }

  private static Answer list(Sql sql, String which, Object... values) throws SQLException {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    sql.rows(COLUMNS + which + " ORDER BY said_at DESC LIMIT 200", values)
        .forEach(body.putArray("items")::add);
    return Answer.ok(body);
  }

  private static Answer say(Call call, Change change, @Nullable String modelId)
      throws SQLException {
    Control.Action action = Control.Action.valueOf(call.text("action"));
    Instant now = Instant.now();
    Instant expires = Texts.time(call, "expires_at");
    if (expires != null && !expires.isAfter(now)) {
      throw Problem.invalid("/expires_at", "must be in the future");
    }
    ObjectNode made =
        tell(
            change, modelId, action, now, expires, new Judged(null, null), call.optional("reason"));
    return Answer.status(201, made);
  }

  /** What a judgement is about; both null when a control is none. */
  private record Judged(@Nullable String episode, @Nullable String evidenceHash) {}

  /** Tells the jobs what a person said of an episode. The caller holds the row of the model. */
  public static void judged(
      Change change,
      String modelId,
      Control.Action action,
      String episode,
      String evidenceHash,
      @Nullable String reason)
      throws SQLException {
    tell(change, modelId, action, Instant.now(), null, new Judged(episode, evidenceHash), reason);
  }

  private static ObjectNode tell(
      Change change,
      @Nullable String modelId,
      Control.Action action,
      Instant now,
      @Nullable Instant expires,
      Judged judged,
      @Nullable String reason)
      throws SQLException {
    // Two first controls of one kind would both be revision 1: one of them waits here.
    change.sql().rows("SELECT pg_advisory_xact_lock(hashtextextended(?, 7))", "control " + modelId);
    Control control =
        new Control(
            modelId,
            action,
            1 + revision(change.sql(), modelId, action),
            change.subject(),
            now.toEpochMilli(),
            expires == null ? Control.NEVER : expires.toEpochMilli(),
            judged.episode(),
            judged.evidenceHash(),
            reason);
    byte[] message = message(control);
    change
        .sql()
        .update(
            """
            INSERT INTO controls (record_key, model_id, kind, action, revision, reason, said_by,
                                  said_at, expires_at, message)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (record_key) DO UPDATE
            SET action = excluded.action, revision = excluded.revision, reason = excluded.reason,
                said_by = excluded.said_by, said_at = excluded.said_at,
                expires_at = excluded.expires_at, message = excluded.message
            """,
            control.key(),
            modelId,
            action.kind().name(),
            action.name(),
            control.revision(),
            control.reason(),
            control.by(),
            now,
            expires,
            message);
    change.publish(Topic.CONTROLS, control.key(), message);
    ObjectNode made =
        change.sql().row(COLUMNS + "WHERE record_key = ?", (Object) control.key()).orElseThrow();
    change.audit(
        "control." + action.name().toLowerCase(Locale.ROOT),
        modelId == null ? "fleet" : "model:" + modelId,
        made);
    return made;
  }

  /**
   * What the jobs are told. Their own reader judges: a kill switch that they refuse stops nothing.
   *
   * @throws Problem 422 naming the field that they would refuse
   */
  private static byte[] message(Control control) {
    byte[] message = ControlCodec.write(control);
    try {
      ControlCodec.read(message);
    } catch (MalformedEvent e) {
      throw Problem.invalid(e.field() == null ? "/" : "/" + e.field(), e.detail());
    }
    return message;
  }

  private static long revision(Sql sql, @Nullable String modelId, Control.Action action)
      throws SQLException {
    return sql.number(
        """
        SELECT coalesce(max(revision), 0) FROM controls
        WHERE model_id IS NOT DISTINCT FROM ?::text AND kind = ?
        """,
        modelId,
        action.kind().name());
  }
}
