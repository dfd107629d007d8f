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
import dev.runway.control.security.Role;
import dev.runway.control.security.Subject;
import dev.runway.model.Control;
import dev.runway.model.ControlCodec;
import dev.runway.model.MalformedEvent;
import dev.runway.model.RetrainCommand.SeverityClass;
import dev.runway.model.Topic;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Mutes, snoozes and kill switches. */
public final class Controls {
  private static final String COLUMNS =
      """
      SELECT model_id, team, kind, action, revision, severity_class, state, reason, said_by, said_at,
             expires_at
      FROM controls
      """;

  /** A longer one is a mute. */
  private static final Duration LONGEST_SNOOZE = Duration.ofDays(30);

  private static final String OF_TEAM =
      """
      SELECT (SELECT count(*) FROM models WHERE team = ?)
             + (SELECT count(*) FROM controls WHERE team = ?)
      """;

  private static final String LASTS_LONGER =
      """
      SELECT count(*) FROM controls
      WHERE model_id IS NOT DISTINCT FROM ?::text AND team IS NOT DISTINCT FROM ?::text
          AND kind = ? AND action = 'KILL_SWITCH_ON' AND (expires_at IS NULL OR expires_at > ?)
      """;

  private Controls() {}

  public static void handle(Handlers handlers) {
    handlers
        .read(
            Operation.LIST_CONTROLS,
            (call, sql) -> list(sql, "WHERE model_id = ?", call.path("model")))
        .read(
            Operation.LIST_TEAM_CONTROLS,
            (call, sql) -> {
              requireTeam(sql, call.path("team"));
              return list(sql, "WHERE team = ?", call.path("team"));
            })
        .read(
            Operation.LIST_FLEET_CONTROLS,
            (call, sql) -> list(sql, "WHERE model_id IS NULL AND team IS NULL"))
        .change(
            Operation.CREATE_CONTROL,
            (call, change) -> {
              Models.locked(change.sql(), call.path("model"));
              return say(call, change, new Whom(call.path("model"), null));
            })
        .change(
            Operation.CREATE_TEAM_CONTROL,
            (call, change) -> {
              requireTeam(change.sql(), call.path("team"));
              return say(call, change, new Whom(null, call.path("team")));
            })
        .change(
            Operation.CREATE_FLEET_CONTROL,
            (call, change) -> say(call, change, new Whom(null, null)));
  }

  /** Whom a control is about: a model, a team, or with neither the fleet. */
  private record Whom(@Nullable String modelId, @Nullable String team) {
    /** As the audit log has it. */
    String object() {
      return modelId != null ? "model:" + modelId : team != null ? "team:" + team : "fleet";
    }
  }

  /** A switch of a team that is misspelt would stop nothing, and nobody would know. */
  private static void requireTeam(Sql sql, String team) throws SQLException {
    if (sql.number(OF_TEAM, team, team) == 0) {
      throw Problem.notFound("no model belongs to team " + team);
    }
  }

  private static Answer list(Sql sql, String which, Object... values) throws SQLException {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    sql.rows(COLUMNS + which + " ORDER BY said_at DESC LIMIT 200", values)
        .forEach(body.putArray("items")::add);
    return Answer.ok(body);
  }

  private static Answer say(Call call, Change change, Whom whom) throws SQLException {
    Control.Action action = Control.Action.valueOf(call.text("action"));
    lock(change, whom);
    Instant now = Instant.now();
    Instant expires = Texts.time(call, "expires_at");
    if (expires != null && !expires.isAfter(now)) {
      throw Problem.invalid("/expires_at", "must be in the future");
    }
    if (action == Control.Action.SNOOZE
        && expires != null
        && expires.isAfter(now.plus(LONGEST_SNOOZE))) {
      throw Problem.invalid("/expires_at", "a snooze ends within 30 days: mute it instead");
    }
    if (!Subject.isPersonsWord(change.subject()) && !call.subject().has(Role.ADMIN)) {
      requireNoEnd(change.sql(), whom, action, expires);
    }
    return Answer.status(
        201, tell(change, whom, action, now, expires, Bound.of(call), call.optional("reason")));
  }

  /**
   * A machine may stop commands. That they go on is for whoever answers for it: one that a person
   * has stopped a machine would start again, and one that ends sooner than it did is ended too.
   */
  private static void requireNoEnd(
      Sql sql, Whom whom, Control.Action action, @Nullable Instant expires) throws SQLException {
    if (action == Control.Action.KILL_SWITCH_OFF) {
      throw Problem.forbidden("a person has to end a kill switch, and a token is none");
    }
    if (action == Control.Action.KILL_SWITCH_ON
        && expires != null
        && sql.number(LASTS_LONGER, whom.modelId(), whom.team(), action.kind().name(), expires)
            > 0) {
      throw Problem.forbidden(
          "a kill switch is on for longer: a person has to end it sooner, and a token is none");
    }
  }

  /**
   * What else a control is bound to; a judgement to an episode and its evidence, a snooze to what
   * the model is.
   */
  private record Bound(
      @Nullable String episode,
      @Nullable String evidenceHash,
      @Nullable SeverityClass severityClass,
      @Nullable String state) {
    static Bound of(Call call) {
      String severity = call.optional("severity_class");
      return new Bound(
          null,
          null,
          severity == null ? null : SeverityClass.valueOf(severity),
          call.optional("state"));
    }
  }

  /** Tells the jobs what a person said of an episode. The caller holds the row of the model. */
  public static void judged(
      Change change,
      String modelId,
      Control.Action action,
      String episode,
      String evidenceHash,
      @Nullable String reason)
      throws SQLException {
    Whom whom = new Whom(modelId, null);
    lock(change, whom);
    tell(
        change,
        whom,
        action,
        Instant.now(),
        null,
        new Bound(episode, evidenceHash, null, null),
        reason);
  }

  /** Two first controls of one kind would both be revision 1: one of them waits here. */
  private static void lock(Change change, Whom whom) throws SQLException {
    change
        .sql()
        .rows("SELECT pg_advisory_xact_lock(hashtextextended(?, 7))", "control " + whom.object());
  }

  /** The caller holds the {@link #lock}. */
  private static ObjectNode tell(
      Change change,
      Whom whom,
      Control.Action action,
      Instant now,
      @Nullable Instant expires,
      Bound bound,
      @Nullable String reason)
      throws SQLException {
    Control control =
        new Control(
            whom.modelId(),
            action,
            1 + revision(change.sql(), whom, action),
            change.subject(),
            now.toEpochMilli(),
            expires == null ? Control.NEVER : expires.toEpochMilli(),
            bound.episode(),
            bound.evidenceHash(),
            reason,
            whom.team(),
            bound.severityClass(),
            bound.state());
    byte[] message = message(control);
    change
        .sql()
        .update(
            """
            INSERT INTO controls (record_key, model_id, team, kind, action, revision,
                                  severity_class, state, reason, said_by, said_at, expires_at,
                                  message)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (record_key) DO UPDATE
            SET action = excluded.action, revision = excluded.revision,
                severity_class = excluded.severity_class, state = excluded.state,
                reason = excluded.reason, said_by = excluded.said_by, said_at = excluded.said_at,
                expires_at = excluded.expires_at, message = excluded.message
            """,
            control.key(),
            whom.modelId(),
            whom.team(),
            action.kind().name(),
            action.name(),
            control.revision(),
            bound.severityClass() == null ? null : bound.severityClass().name(),
            bound.state(),
            control.reason(),
            control.by(),
            now,
            expires,
            message);
    change.publish(Topic.CONTROLS, control.key(), message);
    ObjectNode made =
        change.sql().row(COLUMNS + "WHERE record_key = ?", (Object) control.key()).orElseThrow();
    change.audit("control." + action.name().toLowerCase(Locale.ROOT), whom.object(), made);
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

  private static long revision(Sql sql, Whom whom, Control.Action action) throws SQLException {
    return sql.number(
        """
        SELECT coalesce(max(revision), 0) FROM controls
        WHERE model_id IS NOT DISTINCT FROM ?::text AND team IS NOT DISTINCT FROM ?::text
            AND kind = ?
        """,
        whom.modelId(),
        whom.team(),
        action.kind().name());
  }
}
