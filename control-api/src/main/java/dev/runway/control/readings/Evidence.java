package dev.runway.control.readings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where each signal of a version's staleness can be read up: a path of this API. */
final class Evidence {
  /**
   * Of the spaces that a model uses the comparison that is worst for it, then the newest. One that
   * nobody keeps up comes last: {@code passed} would have it first, and only for its age. What it
   * says of other consumers is no signal of this model.
   */
  private static final String COMPARISON =
      """
      SELECT space_id, version_before, version_after
      FROM v_embedding_stability
      WHERE NOT baseline AND as_of <= ?
            AND jsonb_path_exists(verdicts, '$.*.models[*] ? (@ == $model)',
                                  jsonb_build_object('model', ?::text))
      ORDER BY up_to_date DESC,
               (SELECT max(array_position(
                           ARRAY['STABLE', 'MINOR', 'ROTATED', 'UNDECIDED', 'BREAKING'],
                           each.verdict ->> 'compatibility'))
                FROM jsonb_path_query(verdicts, '$.* ? (exists (@.models[*] ? (@ == $model)))',
                                      jsonb_build_object('model', ?::text)) AS each (verdict))
                   DESC NULLS LAST,
               as_of DESC
      LIMIT 1
      """;

  private static final Duration SHOWN = Duration.ofDays(1);

  private Evidence() {}

  /**
   * Adds the links to a row of staleness, beside its parts.
   *
   * @param seesAll whether who asks may read of all models: a comparison tells of others' as well,
   *     so a link to it would lead others to a refusal
   */
  static void put(Sql sql, String modelId, boolean seesAll, ObjectNode row) throws SQLException {
    ObjectNode evidence = row.putObject("evidence");
    String version = row.path("model_version").asText();
    for (Map.Entry<String, JsonNode> part : row.path("parts").properties()) {
      // As in the event: epoch milliseconds.
      Instant end = Instant.ofEpochMilli(part.getValue().path("window_end").asLong());
      String link =
          switch (part.getKey()) {
            case "DATA_DRIFT", "CONCEPT_DRIFT", "CUSTOM" -> windows(modelId, version, "drift", end);
            case "PERFORMANCE" -> windows(modelId, version, "performance", end);
            // It is as old as its training data, and these are in its baselines.
            case "AGE" ->
                "/v1/models/%s/versions/%s/baselines".formatted(encoded(modelId), encoded(version));
            case "EMBEDDING" -> seesAll ? comparison(sql, modelId, end) : null;
            default -> null; // One that this release does not know.
          };
      if (link != null) {
        evidence.put(part.getKey(), link);
      }
    }
  }

  private static String windows(String modelId, String version, String what, Instant end) {
    return "/v1/models/%s/%s?version=%s&from=%s&to=%s"
        .formatted(encoded(modelId), what, encoded(version), end.minus(SHOWN), end);
  }

  private static @Nullable String comparison(Sql sql, String modelId, Instant end)
      throws SQLException {
    Optional<ObjectNode> found = sql.row(COMPARISON, end, modelId, modelId);
    return found
        .map(
            each ->
                "/v1/spaces/%s/stability/%s/%s"
                    .formatted(
                        encoded(each.path("space_id").asText()),
                        encoded(each.path("version_before").asText()),
                        encoded(each.path("version_after").asText())))
        .orElse(null);
  }

  private static String encoded(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
