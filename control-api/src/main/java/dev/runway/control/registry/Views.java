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
   * Of each model the version that stands for it. Judgements of models that are not registered stay
   * out: nothing else here tells of these.
   */
  private static final String FLEET =
      """
      SELECT m.model_id, m.state, m.owner, m.team, m.tier, f.model_version, f.state AS staleness,
             f.suspension, f.since_at, f.score, f.severity_class, f.coverage, f.features,
             f.window_end_at, f.judged_at, f.overdue,
             (SELECT count(*) FROM alerts AS a
              WHERE a.model_id = m.model_id AND a.resolved_at IS NULL) AS open_alerts,
             EXISTS (SELECT 1 FROM v_muted_models AS u WHERE u.model_id = m.model_id) AS muted
      FROM models AS m
      LEFT JOIN v_fleet AS f ON f.model_id = m.model_id AND f.current
      WHERE m.model_id > ? AND (? OR m.model_id = ANY (?)) AND m.state <> 'RETIRED'
      ORDER BY m.model_id
      LIMIT ?
      """;

  private Views() {}

  public static void handle(Handlers handlers) {
    handlers
        .read(Operation.LIST_UNUSED_MODELS, (call, sql) -> list(call, sql, UNUSED))
        .read(Operation.LIST_ALERTED_MODELS, (call, sql) -> list(call, sql, ALERTED))
        .read(Operation.LIST_FLEET, (call, sql) -> list(call, sql, FLEET));
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
