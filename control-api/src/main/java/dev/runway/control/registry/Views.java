package dev.runway.control.registry;

import dev.runway.control.database.Sql;
import dev.runway.control.http.Answer;
import dev.runway.control.http.Call;
import dev.runway.control.http.Handlers;
import dev.runway.control.http.Operation;
import dev.runway.control.http.Page;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** Models that want to be looked at. */
public final class Views {
  private static final String UNUSED =
      """
      SELECT model_id, state, owner, team, tier, created_at, last_window_end_at
      FROM v_unused_models
      WHERE model_id > ? AND (? OR model_id = ANY (?))
      ORDER BY model_id
      LIMIT ?
      """;

  private static final String ALERTED =
      """
      SELECT model_id, state, owner, team, tier, model_version, segment, window_end_at, evaluated,
             flagged, severity, provisional, rules
      FROM v_alerted_models
      WHERE model_id > ? AND (? OR model_id = ANY (?))
      ORDER BY model_id
      LIMIT ?
      """;

  /**
   * Of each model the version that stands for it, by the order of {@code v_fleet}. That view takes
   * all versions of all models before it knows one of them, and a page of this list is 200 models:
   * so these are looked for by their keys. Judgements of models that are not registered stay out:
   * nothing else here tells of these.
   */
  private static final String FLEET =
      """
      SELECT m.model_id, m.state, m.owner, m.team, m.tier, f.model_version, f.state AS staleness,
             f.suspension, f.since_at, f.score,
             CASE width_bucket(f.score, ARRAY[0.5, 0.7, 0.9]::double precision[])
                 WHEN 0 THEN 'LOW' WHEN 1 THEN 'MEDIUM' WHEN 2 THEN 'HIGH' WHEN 3 THEN 'CRITICAL'
             END AS severity_class,
             f.coverage, f.features, f.window_end_at, f.judged_at,
             CASE WHEN f.state NOT IN ('NO_DATA', 'DEPRECATED', 'RETIRED')
                  THEN extract(epoch FROM now() - f.judged_at) > o.within_seconds END AS overdue,
             (SELECT count(*) FROM alerts AS a
              WHERE a.model_id = m.model_id AND a.resolved_at IS NULL) AS open_alerts,
             EXISTS (SELECT FROM v_muted_models AS u WHERE u.model_id = m.model_id) AS muted
      FROM (
          SELECT model_id, state, owner, team, tier
          FROM models
          WHERE model_id > ? AND (? OR model_id = ANY (?)) AND state <> 'RETIRED'
          ORDER BY model_id
          LIMIT ?) AS m
      LEFT JOIN LATERAL (
          SELECT s.model_version, s.state, s.suspension, s.since_at, s.score, s.coverage, s.features,
                 s.window_end_at, s.judged_at
          FROM v_staleness_latest AS s
          WHERE s.model_id = m.model_id
          ORDER BY s.state IN ('RETIRED', 'DEPRECATED'),
                   NOT EXISTS (SELECT FROM deployments AS d
                               WHERE d.model_id = m.model_id AND d.version = s.model_version
                                   AND d.role = 'PRIMARY' AND d.ended_at IS NULL),
                   s.state = 'NO_DATA', s.judged_at DESC, s.computed_at DESC, s.model_version DESC
          LIMIT 1) AS f ON true
      LEFT JOIN evaluation_slo AS o ON o.tier = m.tier
      ORDER BY m.model_id
      """;

  private Views() {}

  public static void handle(Handlers handlers) {
    handlers
        .readDeep(Operation.LIST_UNUSED_MODELS, (call, sql) -> list(call, sql, UNUSED))
        .readDeep(Operation.LIST_ALERTED_MODELS, (call, sql) -> list(call, sql, ALERTED))
        .readDeep(Operation.LIST_FLEET, (call, sql) -> list(call, sql, FLEET));
  }

  private static Answer list(Call call, Sql sql, String question) throws SQLException {
    Page page = Page.of(call);
    Set<String> seen = call.subject().models();
    return page.answer(
        sql.rows(
            question,
            page.after(),
            seen == null,
            seen == null ? List.of() : List.copyOf(seen),
            page.rows()),
        row -> row.path("model_id").asText());
  }
}
