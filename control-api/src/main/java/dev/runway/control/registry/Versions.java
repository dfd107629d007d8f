package dev.runway.control.registry;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Versions of models. What one is made of never changes; its state does. */
public final class Versions {
  /** As many as the model document can name. */
  private static final int MAX_LIVE_VERSIONS = 1_000;

  private static final String COLUMNS =
      """
      SELECT model_id, version, revision, state, artefact_uri, artefact_sha256, training_run,
             data_start_at, data_end_at, metrics, hyperparameters, features, description,
             created_at, created_by, changed_at
      FROM model_versions
      WHERE model_id = ?
      """;

  private static final String ONE = COLUMNS + " AND version = ?";

  private static final String LIVE_VERSIONS =
      "SELECT count(*) FROM model_versions WHERE model_id = ? AND state <> 'RETIRED'";

  private static final String MAY_FOLLOW =
      "SELECT to_state FROM version_transitions WHERE from_state = ? ORDER BY to_state";

  private static final String SERVING =
      "SELECT count(*) FROM deployments WHERE model_id = ? AND version = ? AND ended_at IS NULL";

  private Versions() {}

  public static void handle(Handlers handlers) {
    handlers
        .read(Operation.LIST_VERSIONS, Versions::list)
        .read(Operation.GET_VERSION, Versions::get)
        .change(Operation.CREATE_VERSION, Versions::create)
        .change(Operation.SET_VERSION_STATE, Versions::setState);
  }

  private static Answer list(Call call, Sql sql) throws SQLException {
    Page page = Page.of(call);
    return page.answer(
        sql.rows(
            COLUMNS + " AND version > ? ORDER BY version LIMIT ?",
            call.path("model"),
            page.after(),
            page.rows()),
        row -> row.path("version").asText());
  }

  private static Answer get(Call call, Sql sql) throws SQLException {
    return answer(one(sql, ONE, call.path("model"), call.path("version")));
  }

  private static ObjectNode one(Sql sql, String question, String modelId, String version)
      throws SQLException {
    return sql.row(question, modelId, version)
        .orElseThrow(() -> Problem.notFound("%s has no version %s".formatted(modelId, version)));
  }

  private static Answer answer(ObjectNode version) {
    return Answer.ok(version).revision(version.path("revision").asLong());
  }

  private static Answer create(Call call, Change change) throws SQLException {
    String modelId = call.path("model");
    String version = call.text("version");
    Models.lockedInUse(change.sql(), modelId);
    if (change.sql().row(ONE, modelId, version).isPresent()) {
      throw Problem.conflict("%s has a version %s already".formatted(modelId, version));
    }
    if (change.sql().number(LIVE_VERSIONS, modelId) >= MAX_LIVE_VERSIONS) {
      throw Problem.conflict(
          modelId + " has " + MAX_LIVE_VERSIONS + " versions that are not retired; retire some");
    }
    Instant start = Texts.time(call, "data_start_at");
    Instant end = Texts.time(call, "data_end_at");
    Texts.requireSpan(start, end);
    Texts.requireKnownBy(end, Instant.now());
    change
        .sql()
        .update(
            """
            INSERT INTO model_versions (model_id, version, revision, state, artefact_uri,
                                        artefact_sha256, training_run, data_start_at, data_end_at,
                                        metrics, hyperparameters, features, description, created_by)
            VALUES (?, ?, 1, 'REGISTERED', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            modelId,
            version,
            call.optional("artefact_uri"),
            call.optional("artefact_sha256"),
            call.optional("training_run"),
            start,
            end,
            object(call.json().get("metrics")),
            object(call.json().get("hyperparameters")),
            Texts.of(call.json().path("features")),
            call.optional("description"),
            change.subject());
    Models.versionsChanged(change, modelId);
    RegistryGraph.versionMade(change, call.subject(), modelId, version);
    ObjectNode made = one(change.sql(), ONE, modelId, version);
    change.audit("version.create", object(modelId, version), made);
    return Answer.created("/v1/models/%s/versions/%s".formatted(modelId, version), made)
        .revision(1);
  }

  private static Answer setState(Call call, Change change) throws SQLException {
    String modelId = call.path("model");
    String version = call.path("version");
    // The model first, in the same order everywhere: two changes wait for each other, none for
    // both.
    Models.locked(change.sql(), modelId);
    ObjectNode before = one(change.sql(), ONE + " FOR UPDATE", modelId, version);
    long revision = before.path("revision").asLong();
    call.requireMatch(revision);
    String state = call.text("state");
    if (state.equals(before.path("state").asText())) {
      change.nothingChanged();
      return answer(before);
    }
    requireMayFollow(change.sql(), state, before);
    change
        .sql()
        .update(
            """
            UPDATE model_versions SET state = ?, revision = revision + 1, changed_at = now()
            WHERE model_id = ? AND version = ?
            """,
            state,
            modelId,
            version);
    Models.versionsChanged(change, modelId);
    RegistryGraph.versionChanged(change, call.subject(), modelId, version);
    ObjectNode made = one(change.sql(), ONE, modelId, version);
    ObjectNode detail = JsonNodeFactory.instance.objectNode();
    detail.put("before", before.path("state").asText());
    detail.put("after", made.path("state").asText());
    detail.put("revision", revision + 1);
    change.audit("version.state", object(modelId, version), detail);
    return answer(made);
  }

  /** The database refuses the same; here it is said what would be taken. */
  private static void requireMayFollow(Sql sql, String state, ObjectNode before)
      throws SQLException {
    String version = before.path("version").asText();
    String now = before.path("state").asText();
    List<String> next =
        sql.rows(MAY_FOLLOW, now).stream().map(row -> row.path("to_state").asText()).toList();
    if (!next.contains(state)) {
      throw Problem.conflict(
          "version %s is %s, which %s cannot follow: %s"
              .formatted(
                  version,
                  now,
                  state,
                  next.isEmpty() ? "that is the end" : "only " + String.join(", ", next) + " can"));
    }
    if (state.equals("RETIRED")) {
      String modelId = before.path("model_id").asText();
      if (sql.number(SERVING, modelId, version) > 0) {
        throw Problem.conflict("version " + version + " serves: end its deployments first");
      }
      OpenCommands.requireNoneBackTo(sql, modelId, version);
    }
  }

  private static String object(String modelId, String version) {
    return "version:" + modelId + "/" + version;
  }

  private static JsonNode object(@Nullable JsonNode node) {
    return node == null ? JsonNodeFactory.instance.objectNode() : node;
  }
}
