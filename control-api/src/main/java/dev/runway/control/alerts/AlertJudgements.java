package dev.runway.control.alerts;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
import dev.runway.control.http.Answer;
import dev.runway.control.http.Call;
import dev.runway.control.http.Problem;
import dev.runway.control.outbox.Change;
import java.sql.SQLException;
import java.util.UUID;

/** Whether alerts were right, as those say who looked. Nothing is taken back: the newest counts. */
final class AlertJudgements {
  /** Of one alert: more is no change of mind. */
  private static final int MOST = 100;

  /** Two that come at once would both be the next one: one of them waits here. */
  private static final String LOCKED =
      """
      SELECT model_id AS model, model_version AS version, rule FROM alerts WHERE alert_id = ?
      FOR NO KEY UPDATE
      """;

  private static final String SAY =
      """
      INSERT INTO alert_judgements (alert_id, judgement, verdict, reason, said_by)
      SELECT ?::uuid, coalesce(max(j.judgement), 0) + 1, ?::text, ?::text, ?::text
      FROM alert_judgements AS j
      WHERE j.alert_id = ?
      HAVING count(*) < ?
      """;

  private AlertJudgements() {}

  static Answer judge(Call call, Change change) throws SQLException {
    Sql sql = change.sql();
    String alertId = call.path("alert");
    UUID id = UUID.fromString(alertId);
    // As the audit log has it: under "model" it finds whom an entry concerns.
    ObjectNode said = sql.row(LOCKED, id).orElseThrow(() -> none(alertId));
    String verdict = call.text("verdict");
    String reason = call.optional("reason");
    if (sql.update(SAY, id, verdict, reason, change.subject(), id, MOST) == 0) {
      throw Problem.conflict("it was judged %d times already".formatted(MOST));
    }
    said.put("verdict", verdict);
    if (reason != null) {
      said.put("reason", reason);
    }
    change.audit("alert.judge", "alert:" + alertId, said);
    return Answer.ok(AlertList.one(sql, id).orElseThrow(() -> none(alertId)));
  }

  private static Problem none(String alertId) {
    return Problem.notFound("there is no alert " + alertId);
  }
}
