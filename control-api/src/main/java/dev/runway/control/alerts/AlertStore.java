package dev.runway.control.alerts;

import dev.runway.control.database.Sql;
import dev.runway.model.Topic;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Alerts begin and end: statements within the transaction of whoever knows of it. */
final class AlertStore {
  private static final String MARK =
      """
      INSERT INTO alert_marks AS m (topic, model_id, model_version, revision, window_end_millis)
      VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (topic, model_id, model_version)
      DO UPDATE SET revision = excluded.revision, window_end_millis = excluded.window_end_millis
      WHERE (m.revision, m.window_end_millis) < (excluded.revision, excluded.window_end_millis)
      """;

  private static final String END =
      """
      UPDATE alerts
      SET resolved_at = greatest(opened_at, clock_timestamp()), resolution = ?,
          revision = revision + 1
      WHERE resolved_at IS NULL
      """;

  /** One that comes again, after it was over, is the same with its next revision. */
  private static final String BEGIN =
      """
      INSERT INTO alerts AS a (alert_id, rule, model_id, model_version, team, tier, severity, summary,
                               details, revision, opened_at)
      VALUES (?, ?, ?, ?, ?, ?::smallint, ?, ?, ?, 1, clock_timestamp())
      ON CONFLICT (alert_id) DO UPDATE
      SET team = excluded.team, tier = excluded.tier, severity = excluded.severity,
          summary = excluded.summary, details = excluded.details, revision = a.revision + 1,
          opened_at = excluded.opened_at, resolved_at = NULL, resolution = NULL
      WHERE a.resolved_at IS NOT NULL
      """;

  private static final String TELL =
      """
      INSERT INTO alert_deliveries (alert_id, target)
      SELECT a.alert_id, t.target
      FROM alerts AS a CROSS JOIN unnest(?::text[]) AS t (target)
      WHERE a.resolved_at IS NULL
      ON CONFLICT (alert_id, target) DO NOTHING
      """;

  private static final String MUTED = "SELECT count(*) FROM v_muted_models WHERE model_id = ?";

  private final List<String> targets;

  /**
   * @param targets who is told
   */
  AlertStore(List<String> targets) {
    this.targets = List.copyOf(targets);
  }

  /**
   * Whether nothing newer about the version was taken; then from now on this is the newest.
   *
   * @param revision of a state; of a decision its tick
   * @param windowEndMillis one tick may decide about many windows
   */
  boolean isNews(
      Sql sql,
      Topic topic,
      String modelId,
      String modelVersion,
      long revision,
      long windowEndMillis)
      throws SQLException {
    return sql.update(MARK, topic.name(), modelId, modelVersion, revision, windowEndMillis) == 1;
  }

  /** Does what an event says. */
  List<Fate> apply(Sql sql, String modelId, String modelVersion, Verdict verdict, String because)
      throws SQLException {
    if (!verdict.over().isEmpty()) {
      sql.update(
          END + " AND model_id = ? AND model_version = ? AND rule = ANY (?)",
          because,
          modelId,
          modelVersion,
          verdict.over().stream().map(Enum::name).toList());
    }
    List<Fate> fates = new ArrayList<>();
    for (Finding finding : verdict.found()) {
      fates.add(begin(sql, finding));
    }
    return fates;
  }

  /** Opens an alert, unless it is open. */
  Fate begin(Sql sql, Finding finding) throws SQLException {
    UUID id = finding.id();
    String modelId = finding.modelId();
    sql.update(
        END
            + """
             AND rule = ? AND model_id IS NOT DISTINCT FROM ?::text
             AND model_version IS NOT DISTINCT FROM ?::text AND alert_id <> ?
            """,
        "another one has begun",
        finding.rule().name(),
        modelId,
        finding.modelVersion(),
        id);
    int opened =
        sql.update(
            BEGIN,
            id,
            finding.rule().name(),
            modelId,
            finding.modelVersion(),
            finding.team(),
            finding.tier() == 0 ? null : Integer.valueOf(finding.tier()),
            finding.severity().name(),
            finding.summary(),
            finding.details());
    if (opened == 0) {
      return Fate.SAME;
    }
    tellAll(sql);
    return modelId != null && sql.number(MUTED, modelId) > 0 ? Fate.MUTED : Fate.OPENED;
  }

  /** Ends one. */
  void end(Sql sql, UUID id, String because) throws SQLException {
    sql.update(END + " AND alert_id = ?", because, id);
  }

  /** Ends those of models that have ended themselves. */
  void endOfRetired(Sql sql) throws SQLException {
    sql.update(
        END
            + """
             AND EXISTS (SELECT FROM models AS m
                         WHERE m.model_id = alerts.model_id AND m.state = 'RETIRED')
            """,
        "the model is retired");
  }

  /** Alerts of a rule that are open. */
  List<UUID> open(Sql sql, Rule rule) throws SQLException {
    return sql
        .rows(
            "SELECT alert_id FROM alerts WHERE rule = ? AND resolved_at IS NULL ORDER BY opened_at",
            rule.name())
        .stream()
        .map(row -> UUID.fromString(row.path("alert_id").asText()))
        .toList();
  }

  /** How many are open. */
  static long count(Sql sql) throws SQLException {
    return sql.number("SELECT count(*) FROM alerts WHERE resolved_at IS NULL");
  }

  /** Whoever is told has something to hear of all that are open: also who is new. */
  void tellAll(Sql sql) throws SQLException {
    sql.update(TELL, targets);
  }
}
