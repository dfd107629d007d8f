package dev.runway.control.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
import dev.runway.control.http.Answer;
import dev.runway.control.http.Call;
import dev.runway.control.http.Handlers;
import dev.runway.control.http.Operation;
import dev.runway.control.http.Page;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Alerts, and who knows of them. */
public final class AlertList {
  private static final String COLUMNS =
      """
      SELECT v.alert_id, v.rule, v.severity, v.model_id, v.model_version, v.team, v.tier, v.summary,
             v.details, v.opened_at, v.resolved_at, v.resolution, v.muted, v.told, v.untold,
             v.verdict, v.verdict_reason, v.verdict_by, v.verdict_at
      FROM v_alerts AS v
      WHERE true
      """;

  private AlertList() {}

  public static void handle(Handlers handlers) {
    handlers
        .read(Operation.LIST_ALERTS, AlertList::list)
        .change(Operation.JUDGE_ALERT, AlertJudgements::judge);
  }

  /** The newest first. A token that is limited to some models sees no alert that is about none. */
  private static Answer list(Call call, Sql sql) throws SQLException {
    Page page = Page.of(call);
    StringBuilder question = new StringBuilder(COLUMNS);
    List<@Nullable Object> values = new ArrayList<>();
    String model = call.query("model");
    if (model != null) {
      question.append(" AND v.model_id = ?");
      values.add(model);
    }
    String team = call.query("team");
    if (team != null) {
      question.append(" AND v.team = ?");
      values.add(team);
    }
    String open = call.query("open");
    if (open != null) {
      question.append(" AND (v.resolved_at IS NULL) = ?");
      values.add(Boolean.valueOf(open));
    }
    String judged = call.query("judged");
    if (judged != null) {
      question.append(" AND (v.verdict IS NOT NULL) = ?");
      values.add(Boolean.valueOf(judged));
    }
    Set<String> seen = call.subject().models();
    if (seen != null) {
      question.append(" AND v.model_id = ANY (?)");
      values.add(List.copyOf(seen));
    }
    if (!page.after().isEmpty()) {
      question.append(
          " AND (v.opened_at, v.alert_id) < (SELECT b.opened_at, b.alert_id FROM alerts AS b"
              + " WHERE b.alert_id = ?)");
      values.add(page.afterUuid());
    }
    question.append(" ORDER BY v.opened_at DESC, v.alert_id DESC LIMIT ?");
    values.add(page.rows());
    List<ObjectNode> rows = sql.rows(question.toString(), values.toArray());
    rows.forEach(AlertList::nest);
    return page.answer(rows, row -> row.path("alert_id").asText());
  }

  /** One of them, as it is in the list. */
  static Optional<ObjectNode> one(Sql sql, UUID id) throws SQLException {
    Optional<ObjectNode> row = sql.row(COLUMNS + " AND v.alert_id = ?", id);
    row.ifPresent(AlertList::nest);
    return row;
  }

  /** What was said of it last stands together, and is not there while nobody has said anything. */
  private static void nest(ObjectNode row) {
    JsonNode verdict = row.remove("verdict");
    JsonNode reason = row.remove("verdict_reason");
    JsonNode by = row.remove("verdict_by");
    JsonNode at = row.remove("verdict_at");
    if (verdict == null) {
      return;
    }
    ObjectNode judgement = row.putObject("judgement");
    judgement.set("verdict", verdict);
    if (reason != null) {
      judgement.set("reason", reason);
    }
    judgement.set("said_by", by);
    judgement.set("said_at", at);
  }
}
