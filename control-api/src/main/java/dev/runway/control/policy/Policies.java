package dev.runway.control.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
import dev.runway.control.http.Answer;
import dev.runway.control.http.Call;
import dev.runway.control.http.Fault;
import dev.runway.control.http.Handlers;
import dev.runway.control.http.Operation;
import dev.runway.control.http.Page;
import dev.runway.control.http.Problem;
import dev.runway.control.outbox.Change;
import dev.runway.model.MalformedEvent;
import dev.runway.model.PolicyVersion;
import dev.runway.model.PolicyVersionCodec;
import dev.runway.model.Topic;
import dev.runway.policy.Conditions;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Policies: checked and compiled before they are stored, and then never changed. */
public final class Policies {
  /** Longer ones end at no time that a database could hold. */
  public static final Duration LONGEST_COOLDOWN = Duration.ofDays(366);

  private static final String COLUMNS =
      """
      SELECT p.policy, v.version, p.team, p.enabled, v.models, v.document, v.created_at,
             v.created_by
      FROM policies AS p
      JOIN policy_versions AS v ON v.policy = p.policy
      """;

  private static final String IN_FORCE = COLUMNS + " AND v.version = p.version ";

  private Policies() {}

  public static void handle(Handlers handlers) {
    handlers
        .read(Operation.LIST_POLICIES, Policies::list)
        .read(Operation.GET_POLICY, (call, sql) -> answer(get(sql, call.path("policy"))))
        .read(Operation.LIST_POLICY_VERSIONS, Policies::versions)
        .read(Operation.CHECK_POLICY, Policies::check)
        .change(Operation.CREATE_POLICY, Policies::create)
        .change(Operation.REPLACE_POLICY, Policies::replace);
  }

  private static Answer list(Call call, Sql sql) throws SQLException {
    Page page = Page.of(call);
    String model = call.query("model");
    return page.answer(
        sql.rows(
            IN_FORCE
                + " WHERE p.policy > ? AND (?::text IS NULL OR v.models @> ARRAY[?::text])"
                + " ORDER BY p.policy LIMIT ?",
            page.after(),
            model,
            model,
            page.rows()),
        row -> row.path("policy").asText());
  }

  private static Answer versions(Call call, Sql sql) throws SQLException {
    Page page = Page.of(call);
    get(sql, call.path("policy"));
    return page.answer(
        sql.rows(
            COLUMNS + " WHERE p.policy = ? AND v.version < ? ORDER BY v.version DESC LIMIT ?",
            call.path("policy"),
            page.afterNumber(Integer.MAX_VALUE),
            page.rows()),
        row -> row.path("version").asText());
  }

  private static ObjectNode get(Sql sql, String policy) throws SQLException {
    return sql.row(IN_FORCE + " WHERE p.policy = ?", policy)
        .orElseThrow(() -> Problem.notFound("there is no policy " + policy));
  }

  private static Answer answer(ObjectNode policy) {
    return Answer.ok(policy).revision(policy.path("version").asLong());
  }

  private static Answer check(Call call, Sql sql) throws SQLException {
    requireSound(call, sql);
    return Answer.ok(JsonNodeFactory.instance.objectNode().put("valid", true));
  }

  private static Answer create(Call call, Change change) throws SQLException {
    String policy = name(call);
    Optional<ObjectNode> there =
        change.sql().row("SELECT version FROM policies WHERE policy = ?", policy);
    if (there.isPresent()) {
      throw Problem.conflict("there is a policy " + policy + "; write its next version with PUT");
    }
    List<String> models = requireSound(call, change.sql());
    change
        .sql()
        .update(
            "INSERT INTO policies (policy, team, version, enabled) VALUES (?, ?, 1, ?)",
            policy,
            team(call),
            enabled(call));
    write(call, change, policy, 1, models);
    ObjectNode made = get(change.sql(), policy);
    change.audit("policy.create", "policy:" + policy, made);
    return Answer.created("/v1/policies/" + policy, made).revision(1);
  }

  private static Answer replace(Call call, Change change) throws SQLException {
    String policy = call.path("policy");
    if (!policy.equals(name(call))) {
      throw Problem.invalid("/metadata/name", "must be " + policy + ", as in the path");
    }
    ObjectNode head =
        change
            .sql()
            .row("SELECT version FROM policies WHERE policy = ? FOR UPDATE", policy)
            .orElseThrow(() -> Problem.notFound("there is no policy " + policy));
    int version = head.path("version").asInt();
    ObjectNode before = get(change.sql(), policy);
    requireOwned(call, before, change.sql());
    call.requireMatch(version);
    List<String> models = requireSound(call, change.sql());
    write(call, change, policy, version + 1, models);
    change
        .sql()
        .update(
            "UPDATE policies SET version = ?, team = ?, enabled = ?, changed_at = now()"
                + " WHERE policy = ?",
            version + 1,
            team(call),
            enabled(call),
            policy);
    ObjectNode made = get(change.sql(), policy);
    // What it no longer decides about is changed as well.
    ObjectNode detail = made.deepCopy();
    detail.set("models_before", before.path("models"));
    change.audit("policy.update", "policy:" + policy, detail);
    return answer(made);
  }

  /**
   * Whose models the version in force decides about: else a token could let go of models that do
   * not exist for it, and a team of another team's.
   *
   * @throws Problem 403
   */
  private static void requireOwned(Call call, ObjectNode inForce, Sql sql) throws SQLException {
    List<String> models = new ArrayList<>();
    inForce.path("models").forEach(model -> models.add(model.asText()));
    if (!models.stream().allMatch(call.subject()::sees)) {
      throw Problem.forbidden("it decides about models that this token is not for");
    }
    for (ObjectNode model :
        sql.rows("SELECT model_id, team FROM models WHERE model_id = ANY (?)", models)) {
      String team = model.path("team").asText();
      if (!call.subject().isIn(team)) {
        throw Problem.forbidden(
            "it decides about %s of team %s".formatted(model.path("model_id").asText(), team));
      }
    }
  }

  private static void write(
      Call call, Change change, String policy, int version, List<String> models)
      throws SQLException {
    change
        .sql()
        .update(
            """
            INSERT INTO policy_versions (policy, version, models, document, created_by)
            VALUES (?, ?, ?, ?, ?)
            """,
            policy,
            version,
            models,
            call.json(),
            change.subject());
    PolicyVersion told =
        new PolicyVersion(policy, version, call.json().toString().getBytes(StandardCharsets.UTF_8));
    change.publish(Topic.POLICIES, told.key(), message(told));
  }

  /**
   * What the jobs are told. Their own reader judges: a policy that they refuse decides nothing.
   *
   * @throws Problem 422 saying what they would refuse
   */
  private static byte[] message(PolicyVersion version) {
    byte[] message = PolicyVersionCodec.write(version);
    try {
      PolicyVersionCodec.read(message);
    } catch (MalformedEvent e) {
      throw Problem.invalid("/", e.detail());
    }
    return message;
  }

  /**
   * Compiles the conditions and looks for the models.
   *
   * @return the models it decides about
   * @throws Problem 422 with the place of everything that is wrong
   */
  private static List<String> requireSound(Call call, Sql sql) throws SQLException {
    JsonNode spec = call.json().path("spec");
    List<Fault> faults = new ArrayList<>();
    for (String field : List.of("when", "unless")) {
      if (spec.has(field)) {
        for (String complaint : Conditions.complaints(spec.path(field).asText())) {
          faults.add(Fault.at("/spec/" + field, complaint));
        }
      }
    }
    String cooldown = spec.path("limits").path("cooldown").asText("P0D");
    if (!isCooldown(cooldown)) {
      faults.add(
          Fault.at(
              "/spec/limits/cooldown",
              "an ISO 8601 duration such as PT24H is due, of 366 days at most"));
    }
    requireThatFits(spec, faults);
    List<String> models = new ArrayList<>();
    spec.path("models").forEach(model -> models.add(model.asText()));
    var known =
        sql.rows("SELECT model_id, team FROM models WHERE model_id = ANY (?)", models).stream()
            .collect(
                Collectors.toMap(
                    row -> row.path("model_id").asText(), row -> row.path("team").asText()));
    for (int i = 0; i < models.size(); i++) {
      String team = known.get(models.get(i));
      if (team == null || !call.subject().sees(models.get(i))) {
        faults.add(Fault.at("/spec/models/" + i, "there is no such model"));
      } else if (!call.subject().isIn(team)) {
        // Else whoever may write any policy could have anybody's model retrained.
        faults.add(Fault.at("/spec/models/" + i, "belongs to team " + team));
      }
    }
    if (!faults.isEmpty()) {
      throw Problem.invalid(faults);
    }
    return models;
  }

  private static void requireThatFits(JsonNode spec, List<Fault> faults) {
    JsonNode windows = spec.path("for");
    if (windows.has("of") && windows.path("of").asInt() < windows.path("windows").asInt()) {
      faults.add(Fault.at("/spec/for/of", "must be at least windows"));
    }
    JsonNode thresholds = spec.path("thresholds");
    if (thresholds.path("stale").asDouble(1) < thresholds.path("atRisk").asDouble(0)) {
      faults.add(Fault.at("/spec/thresholds/stale", "must be at least atRisk"));
    }
    String cadence = spec.path("cadence").asText("P1D");
    if (!isCooldown(cadence) || Duration.parse(cadence).isZero()) {
      faults.add(
          Fault.at(
              "/spec/cadence",
              "an ISO 8601 duration above 0 is due, such as P30D, of 366 days at most"));
    }
  }

  private static boolean isCooldown(String text) {
    try {
      Duration cooldown = Duration.parse(text);
      return !cooldown.isNegative() && cooldown.compareTo(LONGEST_COOLDOWN) <= 0;
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static String name(Call call) {
    return call.json().path("metadata").path("name").asText();
  }

  private static String team(Call call) {
    return call.json().path("metadata").path("team").asText();
  }

  private static boolean enabled(Call call) {
    return call.json().path("spec").path("enabled").asBoolean(true);
  }
}
