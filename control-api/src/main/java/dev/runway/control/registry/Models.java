package dev.runway.control.registry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
import dev.runway.control.graph.RegistryGraph;
import dev.runway.control.http.Answer;
import dev.runway.control.http.Call;
import dev.runway.control.http.Handlers;
import dev.runway.control.http.Operation;
import dev.runway.control.http.Page;
import dev.runway.control.http.Problem;
import dev.runway.control.ledger.OpenCommands;
import dev.runway.control.outbox.Change;
import dev.runway.control.security.Role;
import dev.runway.control.security.Subject;
import dev.runway.model.Topic;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Models: finding them, registering them, changing them. */
public final class Models {
  private static final String COLUMNS =
      """
      SELECT model_id, revision, state, owner, team, tier, description, tags, framework, cadence,
             strict_versions, judging, created_at, changed_at
      FROM models
      """;

  private static final String ONE = COLUMNS + "WHERE model_id = ?";

  /** Whether a team's kill switch is on; takes the team and the time. */
  private static final String STOPPED =
      """
      SELECT count(*) FROM controls
      WHERE kind = 'KILL_SWITCH' AND action = 'KILL_SWITCH_ON' AND model_id IS NULL AND team = ?
            AND (expires_at IS NULL OR expires_at > ?)
      """;

  /** Versions that may predict when only registered ones may. */
  private static final String VERSIONS =
      """
      SELECT version FROM model_versions
      WHERE model_id = ? AND state <> 'RETIRED'
      ORDER BY created_at, version
      """;

  /** Of a model that is deprecated itself all are. */
  private static final String DEPRECATED =
      """
      SELECT version FROM model_versions
      WHERE model_id = ? AND (state = 'DEPRECATED' OR (state <> 'RETIRED' AND ?))
      ORDER BY created_at, version
      """;

  /** As the jobs know it. */
  private static final String TOLD =
      """
      SELECT coalesce(convert_from(message, 'UTF8')::jsonb -> 'deprecated', '[]') AS deprecated
      FROM models WHERE model_id = ?
      """;

  private static final String RUNNING = "SELECT count(*) FROM ";
  private static final String NOT_ENDED = " WHERE model_id = ? AND ended_at IS NULL";

  private static final int HIGHEST_TIER = 1;

  private Models() {}

  public static void handle(Handlers handlers) {
    handlers
        .read(Operation.LIST_MODELS, Models::list)
        .read(Operation.GET_MODEL, (call, sql) -> answer(get(sql, call.path("model"))))
        .change(Operation.CREATE_MODEL, Models::create)
        .change(Operation.REPLACE_MODEL, Models::replace);
  }

  private static Answer list(Call call, Sql sql) throws SQLException {
    Page page = Page.of(call);
    StringBuilder question = new StringBuilder(COLUMNS).append("WHERE model_id > ?");
    List<@Nullable Object> values = new ArrayList<>();
    values.add(page.after());
    String text = call.query("q");
    if (text != null) {
      question.append(
          " AND (strpos(lower(model_id), lower(?)) > 0 OR strpos(lower(description), lower(?)) >"
              + " 0)");
      values.add(text);
      values.add(text);
    }
    where(" AND owner = ?", call.query("owner"), question, values);
    where(" AND team = ?", call.query("team"), question, values);
    where(" AND state = ?", call.query("state"), question, values);
    where(" AND tags @> ARRAY[?::text]", call.query("tag"), question, values);
    where(
        " AND EXISTS (SELECT FROM model_versions AS v WHERE v.model_id = models.model_id"
            + " AND v.features @> ARRAY[?::text])",
        call.query("feature"),
        question,
        values);
    String tier = call.query("tier");
    if (tier != null) {
      where(" AND tier = ?", Integer.valueOf(tier), question, values);
    }
    Set<String> seen = call.subject().models();
    if (seen != null) {
      where(" AND model_id = ANY (?)", List.copyOf(seen), question, values);
    }
    question.append(" ORDER BY model_id LIMIT ?");
    values.add(page.rows());
    return page.answer(
        sql.rows(question.toString(), values.toArray()), row -> row.path("model_id").asText());
  }

  private static void where(
      String condition,
      @Nullable Object value,
      StringBuilder question,
      List<@Nullable Object> values) {
    if (value != null) {
      question.append(condition);
      values.add(value);
    }
  }

  private static Answer create(Call call, Change change) throws SQLException {
    String modelId = call.text("model_id");
    if (!call.subject().sees(modelId)) {
      throw Problem.forbidden("this token is for other models");
    }
    if (change.sql().row(ONE, modelId).isPresent()) {
      throw Problem.conflict("there is a model " + modelId + " already");
    }
    Fields fields = Fields.of(call);
    if (fields.tier() == HIGHEST_TIER) {
      requireApprover(call, "a model of tier 1");
    }
    if (fields.strictVersions()) {
      throw Problem.invalid(
          "/strict_versions",
          "a new model has no version yet, and without one any may predict: register one first");
    }
    byte[] message = fields.message(modelId, 1, List.of(), List.of());
    change
        .sql()
        .update(
            """
            INSERT INTO models (model_id, revision, state, owner, team, tier, description, tags,
                                framework, cadence, strict_versions, judging, message)
            VALUES (?, 1, 'ACTIVE', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            modelId,
            fields.owner(),
            fields.team(),
            fields.tier(),
            fields.description(),
            fields.tags(),
            fields.framework(),
            fields.cadence(),
            fields.strictVersions(),
            fields.judging(),
            message);
    change.publish(Topic.MODELS, modelId.getBytes(StandardCharsets.UTF_8), message);
    RegistryGraph.modelMade(change.sql(), modelId);
    ObjectNode made = get(change.sql(), modelId);
    change.audit("model.create", "model:" + modelId, made);
    return Answer.created("/v1/models/" + modelId, made).revision(1);
  }

  /**
   * A tier takes money, places and people's time from others, so who may spend those has to want
   * it.
   */
  private static void requireApprover(Call call, String what) {
    if (!call.subject().has(Role.APPROVER)) {
      throw Problem.forbidden(what + " takes the role " + Role.APPROVER.word() + " too");
    }
  }

  /** What holds a model back until a person looks is not to be left behind by a machine. */
  private static void requireApproversWord(Call call, Change change, String what) {
    requireApprover(call, what);
    if (!Subject.isPersonsWord(change.subject()) && !call.subject().has(Role.ADMIN)) {
      throw Problem.forbidden(what + " takes a person, and a token is none");
    }
  }

  private static Answer replace(Call call, Change change) throws SQLException {
    String modelId = call.path("model");
    ObjectNode before = locked(change.sql(), modelId);
    call.requireMatch(before.path("revision").asLong());
    Fields fields = Fields.of(call);
    int tier = before.path("tier").asInt();
    if (fields.tier() < tier) {
      requireApprover(call, "to raise it from tier " + tier);
    }
    if (tier == 1 && fields.tier() != 1) {
      requireApproversWord(call, change, "to take it out of tier 1");
    }
    String team = before.path("team").asText();
    if (!fields.team().equals(team) && change.sql().number(STOPPED, team, Instant.now()) > 0) {
      requireApproversWord(call, change, "to take it out of a team under a kill switch");
    }
    String state = call.optional("state");
    if (state == null) {
      state = before.path("state").asText();
    }
    long revision = before.path("revision").asLong() + 1;
    boolean retired = state.equals("RETIRED");
    if (retired) {
      requireUnused(change.sql(), modelId);
    }
    List<String> versions = fields.strictVersions() ? versions(change.sql(), modelId) : List.of();
    if (fields.strictVersions() && !retired) {
      requireSome(versions, modelId);
    }
    byte[] message =
        fields.message(modelId, revision, versions, deprecated(change.sql(), modelId, state));
    byte @Nullable [] sent = retired ? null : message;
    change
        .sql()
        .update(
            """
            UPDATE models
            SET revision = ?, state = ?, owner = ?, team = ?, tier = ?, description = ?, tags = ?,
                framework = ?, cadence = ?, strict_versions = ?, judging = ?, message = ?,
                changed_at = now()
            WHERE model_id = ?
            """,
            revision,
            state,
            fields.owner(),
            fields.team(),
            fields.tier(),
            fields.description(),
            fields.tags(),
            fields.framework(),
            fields.cadence(),
            fields.strictVersions(),
            fields.judging(),
            sent,
            modelId);
    change.publish(Topic.MODELS, modelId.getBytes(StandardCharsets.UTF_8), sent);
    if (retired != before.path("state").asText().equals("RETIRED")) {
      RegistryGraph.modelChanged(change, call.subject(), modelId);
    }
    ObjectNode made = get(change.sql(), modelId);
    ObjectNode detail = JsonNodeFactory.instance.objectNode();
    detail.set("before", before);
    detail.set("after", made);
    change.audit("model.update", "model:" + modelId, detail);
    return answer(made);
  }

  /**
   * Tells the jobs which versions a model has, if that decides who may predict, or another one is
   * to go than they know.
   */
  static void versionsChanged(Change change, String modelId) throws SQLException {
    ObjectNode model = locked(change.sql(), modelId);
    String state = model.path("state").asText();
    boolean strict = model.path("strict_versions").asBoolean();
    List<String> deprecated = deprecated(change.sql(), modelId, state);
    boolean known = deprecated.equals(told(change.sql(), modelId));
    if (state.equals("RETIRED") || (!strict && known)) {
      return;
    }
    List<String> versions = strict ? versions(change.sql(), modelId) : List.of();
    if (strict) {
      requireSome(versions, modelId);
    }
    long revision = model.path("revision").asLong() + 1;
    byte[] message =
        ModelMessage.of(
            modelId,
            revision,
            model.path("tier").asInt(),
            model.path("owner").asText(),
            model.path("team").asText(),
            model.path("judging"),
            versions,
            deprecated);
    change
        .sql()
        .update(
            "UPDATE models SET revision = ?, message = ?, changed_at = now() WHERE model_id = ?",
            revision,
            message,
            modelId);
    change.publish(Topic.MODELS, modelId.getBytes(StandardCharsets.UTF_8), message);
  }

  private static List<String> versions(Sql sql, String modelId) throws SQLException {
    return sql.rows(VERSIONS, modelId).stream().map(row -> row.path("version").asText()).toList();
  }

  private static List<String> deprecated(Sql sql, String modelId, String state)
      throws SQLException {
    return sql.rows(DEPRECATED, modelId, state.equals("DEPRECATED")).stream()
        .map(row -> row.path("version").asText())
        .toList();
  }

  private static List<String> told(Sql sql, String modelId) throws SQLException {
    return sql.row(TOLD, modelId).map(row -> Texts.of(row.path("deprecated"))).orElse(List.of());
  }

  /** To the jobs an empty list means any version, the opposite of what a strict model asks for. */
  private static void requireSome(List<String> versions, String modelId) {
    if (versions.isEmpty()) {
      throw Problem.conflict(
          modelId
              + " would be strict without a version that may predict: register one first, set"
              + " strict_versions to false, or retire the model");
    }
  }

  /**
   * A model that is withdrawn while it serves would predict unseen, and be trained for nobody while
   * a command of it is under way.
   */
  private static void requireUnused(Sql sql, String modelId) throws SQLException {
    long deployments = sql.number(RUNNING + "deployments" + NOT_ENDED, modelId);
    long consumers = sql.number(RUNNING + "consumers" + NOT_ENDED, modelId);
    if (deployments + consumers > 0) {
      throw Problem.conflict(
          "%s has %d deployments and %d consumers that have not ended: end them first"
              .formatted(modelId, deployments, consumers));
    }
    OpenCommands.requireNone(sql, modelId);
  }

  /** The model, locked, if things may still be hung on it. */
  static ObjectNode lockedInUse(Sql sql, String modelId) throws SQLException {
    ObjectNode model = locked(sql, modelId);
    if (model.path("state").asText().equals("RETIRED")) {
      throw Problem.conflict(modelId + " is retired");
    }
    return model;
  }

  private static Answer answer(ObjectNode model) {
    return Answer.ok(model).revision(model.path("revision").asLong());
  }

  private static ObjectNode get(Sql sql, String modelId) throws SQLException {
    return sql.row(ONE, modelId)
        .orElseThrow(() -> Problem.notFound("there is no model " + modelId));
  }

  /** The model, which nobody else changes until the transaction ends. */
  static ObjectNode locked(Sql sql, String modelId) throws SQLException {
    return sql.row(ONE + " FOR UPDATE", modelId)
        .orElseThrow(() -> Problem.notFound("there is no model " + modelId));
  }

  /** What a body says of a model. */
  private record Fields(
      String owner,
      String team,
      int tier,
      @Nullable String description,
      List<String> tags,
      @Nullable String framework,
      @Nullable String cadence,
      boolean strictVersions,
      ObjectNode judging) {

    static Fields of(Call call) {
      String cadence = call.optional("cadence");
      if (cadence != null) {
        requireDuration(cadence);
      }
      return new Fields(
          call.text("owner"),
          call.text("team"),
          call.json().path("tier").asInt(),
          call.optional("description"),
          Texts.of(call.json().path("tags")),
          call.optional("framework"),
          cadence,
          call.json().path("strict_versions").asBoolean(false),
          call.json().path("judging").deepCopy());
    }

    private static void requireDuration(String cadence) {
      try {
        if (!Duration.parse(cadence).isNegative()) {
          return;
        }
      } catch (DateTimeException e) {
        // Said below.
      }
      throw Problem.invalid("/cadence", "an ISO 8601 duration such as P7D is due");
    }

    byte[] message(String modelId, long revision, List<String> versions, List<String> deprecated) {
      return ModelMessage.of(modelId, revision, tier, owner, team, judging, versions, deprecated);
    }
  }
}
