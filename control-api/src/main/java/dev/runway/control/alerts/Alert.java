package dev.runway.control.alerts;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An alert as a target is told of it.
 *
 * @param id the same for as long as it is the same alert: what targets keep it apart by
 * @param modelId null when it is about no model, and so is the version
 * @param team null when unknown
 * @param tier 1 to 4; 0 when unknown
 * @param details flat: texts, numbers and lists of texts
 * @param revision rises whenever it ends or comes again
 * @param resolvedAt null while it is open
 * @param resolution why it is over; null while it is open
 */
record Alert(
    UUID id,
    Rule rule,
    Severity severity,
    @Nullable String modelId,
    @Nullable String modelVersion,
    @Nullable String team,
    int tier,
    String summary,
    ObjectNode details,
    long revision,
    Instant openedAt,
    @Nullable Instant resolvedAt,
    @Nullable String resolution) {

  /** Columns of the table that {@link #of} reads. */
  static final String COLUMNS =
      """
      a.alert_id, a.rule, a.severity, a.model_id, a.model_version, a.team, a.tier, a.summary,
      a.details, a.revision, a.opened_at, a.resolved_at, a.resolution
      """;

  static Alert of(ObjectNode row) {
    String resolved = text(row, "resolved_at");
    return new Alert(
        UUID.fromString(row.path("alert_id").asText()),
        Rule.valueOf(row.path("rule").asText()),
        Severity.valueOf(row.path("severity").asText()),
        text(row, "model_id"),
        text(row, "model_version"),
        text(row, "team"),
        row.path("tier").asInt(),
        row.path("summary").asText(),
        row.path("details") instanceof ObjectNode details
            ? details
            : JsonNodeFactory.instance.objectNode(),
        row.path("revision").asLong(),
        Instant.parse(row.path("opened_at").asText()),
        resolved == null ? null : Instant.parse(resolved),
        text(row, "resolution"));
  }

  boolean isOpen() {
    return resolvedAt == null;
  }

  /** What targets keep alerts apart by, where they take a text. */
  String key() {
    return "runway/" + id;
  }

  private static @Nullable String text(ObjectNode row, String field) {
    return row.hasNonNull(field) ? row.path(field).asText() : null;
  }
}
