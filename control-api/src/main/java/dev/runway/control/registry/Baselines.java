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
import dev.runway.model.Baseline;
import dev.runway.model.Topic;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/** Baselines of versions. One never changes; another one takes over by its time. */
public final class Baselines {
  private static final String COLUMNS =
      """
      SELECT model_id, model_version, profile_id, made_at, data_start_at, data_end_at, provisional,
             created_at, created_by
      FROM baselines
      WHERE model_id = ? AND model_version = ?
      """;

  private Baselines() {}

  public static void handle(Handlers handlers) {
    handlers
        .read(Operation.LIST_BASELINES, Baselines::list)
        .change(Operation.CREATE_BASELINE, Baselines::create);
  }

  private static Answer list(Call call, Sql sql) throws SQLException {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    sql.rows(
            COLUMNS + " ORDER BY made_at DESC, profile_id LIMIT 1000",
            call.path("model"),
            call.path("version"))
        .forEach(body.putArray("items")::add);
    return Answer.ok(body);
  }

  private static Answer create(Call call, Change change) throws SQLException {
    String modelId = call.path("model");
    String version = call.path("version");
    String profileId = call.text("profile_id");
    Models.lockedInUse(change.sql(), modelId);
    Instant made = Texts.requiredTime(call, "made_at");
    Instant start = Texts.requiredTime(call, "data_start_at");
    Instant end = Texts.requiredTime(call, "data_end_at");
    Texts.requireSpan(start, end);
    requireVersion(change.sql(), modelId, version);
    requireTakesOver(change.sql(), modelId, version, profileId, made);
    boolean provisional = call.json().path("provisional").asBoolean(false);
    Baseline baseline =
        new Baseline(
            modelId,
            version,
            profileId,
            made.toEpochMilli(),
            start.toEpochMilli(),
            end.toEpochMilli(),
            provisional,
            call.json().path("profile").toString().getBytes(StandardCharsets.UTF_8));
    byte[] message = BaselineMessage.of(baseline, Instant.now());
    change
        .sql()
        .update(
            """
            INSERT INTO baselines (model_id, model_version, profile_id, made_at, data_start_at,
                                   data_end_at, provisional, record_key, message, created_by)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            modelId,
            version,
            profileId,
            made,
            start,
            end,
            provisional,
            baseline.key(),
            message,
            change.subject());
    change.publish(Topic.BASELINES, baseline.key(), message);
    ObjectNode row =
        change
            .sql()
            .row(COLUMNS + " AND profile_id = ?", modelId, version, profileId)
            .orElseThrow();
    change.audit("baseline.create", "version:" + modelId + "/" + version, row);
    return Answer.created("/v1/models/%s/versions/%s/baselines".formatted(modelId, version), row);
  }

  private static void requireVersion(Sql sql, String modelId, String version) throws SQLException {
    if (sql.row(
            "SELECT version FROM model_versions WHERE model_id = ? AND version = ?",
            modelId,
            version)
        .isEmpty()) {
      throw Problem.notFound("%s has no version %s".formatted(modelId, version));
    }
  }

  /** As the jobs have it: an id is used once, and who takes over is younger. */
  private static void requireTakesOver(
      Sql sql, String modelId, String version, String profileId, Instant made) throws SQLException {
    if (sql.row(COLUMNS + " AND profile_id = ?", modelId, version, profileId).isPresent()) {
      throw Problem.conflict(
          "%s %s has a baseline %s already, and one never changes"
              .formatted(modelId, version, profileId));
    }
    Optional<ObjectNode> newer =
        sql.row(
            COLUMNS + " AND NOT provisional AND made_at >= ? ORDER BY made_at DESC LIMIT 1",
            modelId,
            version,
            made);
    if (newer.isPresent()) {
      throw Problem.invalid(
          "/made_at",
          "%s is of %s: one that takes over must be made later"
              .formatted(
                  newer.get().path("profile_id").asText(), newer.get().path("made_at").asText()));
    }
  }
}
