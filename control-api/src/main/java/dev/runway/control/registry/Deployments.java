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
import dev.runway.control.outbox.Change;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;

/** Where versions serve. */
public final class Deployments {
  private static final String COLUMNS =
      """
      SELECT deployment_id, model_id, version, environment, role, share, endpoint, revision,
             started_at, ended_at, created_by, changed_at
      FROM deployments
      WHERE model_id = ?
      """;

  private static final String ONE = COLUMNS + " AND deployment_id = ?";

  private Deployments() {}

  public static void handle(Handlers handlers) {
    handlers
        .read(Operation.LIST_DEPLOYMENTS, Deployments::list)
        .read(Operation.GET_DEPLOYMENT, (call, sql) -> answer(one(call, sql, ONE)))
        .change(Operation.CREATE_DEPLOYMENT, Deployments::create)
        .change(Operation.REPLACE_DEPLOYMENT, Deployments::replace);
  }

  private static Answer list(Call call, Sql sql) throws SQLException {
    Page page = Page.of(call);
    return page.answer(
        sql.rows(
            COLUMNS + " AND deployment_id::text > ? ORDER BY deployment_id::text LIMIT ?",
            call.path("model"),
            page.after(),
            page.rows()),
        row -> row.path("deployment_id").asText());
  }

  private static ObjectNode one(Call call, Sql sql, String question) throws SQLException {
    return sql.row(question, call.path("model"), UUID.fromString(call.path("deployment")))
        .orElseThrow(() -> Problem.notFound("there is no such deployment of this model"));
  }

  private static Answer answer(ObjectNode deployment) {
    return Answer.ok(deployment).revision(deployment.path("revision").asLong());
  }

  private static Answer create(Call call, Change change) throws SQLException {
    String modelId = call.path("model");
    Models.lockedInUse(change.sql(), modelId);
    String version = call.text("version");
    Optional<ObjectNode> registered =
        change
            .sql()
            .row(
                "SELECT state FROM model_versions WHERE model_id = ? AND version = ?",
                modelId,
                version);
    if (registered.isEmpty()) {
      throw Problem.invalid("/version", "%s has no version %s".formatted(modelId, version));
    }
    if (registered.get().path("state").asText().equals("RETIRED")) {
      throw Problem.conflict("version " + version + " is retired");
    }
    String role = call.json().path("role").asText("PRIMARY");
    if (role.equals("PRIMARY")) {
      requireNoPrimary(change.sql(), modelId, call.text("environment"));
    }
    ObjectNode made =
        change
            .sql()
            .row(
                """
                INSERT INTO deployments (model_id, version, environment, role, share, endpoint,
                                         revision, created_by)
                VALUES (?, ?, ?, ?, ?, ?, 1, ?)
                RETURNING deployment_id, model_id, version, environment, role, share, endpoint,
                          revision, started_at, ended_at, created_by, changed_at
                """,
                modelId,
                version,
                call.text("environment"),
                role,
                call.json().path("share").asDouble(1),
                call.optional("endpoint"),
                change.subject())
            .orElseThrow();
    RegistryGraph.deploymentMade(change, modelId, made.path("deployment_id").asText());
    change.audit("deployment.create", "model:" + modelId, made);
    return Answer.created(
            "/v1/models/%s/deployments/%s".formatted(modelId, made.path("deployment_id").asText()),
            made)
        .revision(1);
  }

  private static void requireNoPrimary(Sql sql, String modelId, String environment)
      throws SQLException {
    Optional<ObjectNode> other =
        sql.row(
            COLUMNS + " AND environment = ? AND role = 'PRIMARY' AND ended_at IS NULL",
            modelId,
            environment);
    if (other.isPresent()) {
      throw Problem.conflict(
          "version %s is primary in %s: end deployment %s first"
              .formatted(
                  other.get().path("version").asText(),
                  environment,
                  other.get().path("deployment_id").asText()));
    }
  }

  private static Answer replace(Call call, Change change) throws SQLException {
    ObjectNode before = one(call, change.sql(), ONE + " FOR UPDATE");
    call.requireMatch(before.path("revision").asLong());
    if (before.has("ended_at")) {
      throw Problem.conflict("this deployment has ended");
    }
    change
        .sql()
        .update(
            """
            UPDATE deployments
            SET share = ?, endpoint = ?, ended_at = CASE WHEN ? THEN now() END,
                revision = revision + 1, changed_at = now()
            WHERE deployment_id = ?
            """,
            call.json().path("share").asDouble(),
            call.optional("endpoint"),
            call.json().path("ended").asBoolean(false),
            UUID.fromString(call.path("deployment")));
    ObjectNode made = one(call, change.sql(), ONE);
    if (made.has("ended_at")) {
      RegistryGraph.deploymentEnded(change.sql(), call.path("deployment"));
    }
    ObjectNode detail = JsonNodeFactory.instance.objectNode();
    detail.set("before", before);
    detail.set("after", made);
    String reason = call.optional("reason");
    if (reason != null) {
      detail.put("reason", reason);
    }
    change.audit("deployment.update", "model:" + call.path("model"), detail);
    return answer(made);
  }
}
