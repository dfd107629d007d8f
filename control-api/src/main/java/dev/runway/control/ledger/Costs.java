package dev.runway.control.ledger;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
import dev.runway.control.http.Answer;
import dev.runway.control.http.Call;
import dev.runway.control.http.Page;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The cost ledger, for reading, and what it says of the next training of a model. */
final class Costs {
  private static final String MOVEMENTS =
      """
      SELECT cost_id, command_id, model_id, team, tier, to_char(month, 'YYYY-MM') AS month, kind, amount,
             at
      FROM v_retrain_costs
      WHERE cost_id < ?
      """;

  /** What the ledger has settled comes before what a version says of itself. */
  private static final String LAST =
      """
      SELECT coalesce(
          (SELECT r.actual_cost::double precision
           FROM retrain_commands AS r
           WHERE r.model_id = ? AND r.action = 'RETRAIN' AND r.state = 'SUCCEEDED'
                 AND r.actual_cost IS NOT NULL
           ORDER BY r.received_at DESC
           LIMIT 1),
          (SELECT (v.metrics ->> 'training_cost')::double precision
           FROM model_versions AS v
           WHERE v.model_id = ? AND jsonb_typeof(v.metrics -> 'training_cost') = 'number'
           ORDER BY v.created_at DESC
           LIMIT 1), 0) AS cost
      """;

  private Costs() {}

  /** Movements of money, the newest first. */
  static Answer list(Call call, Sql sql) throws SQLException {
    Page page = Page.of(call);
    StringBuilder question = new StringBuilder(MOVEMENTS);
    List<@Nullable Object> values = new ArrayList<>();
    values.add(page.afterNumber(Long.MAX_VALUE));
    String model = call.query("model");
    if (model != null) {
      question.append(" AND model_id = ?");
      values.add(model);
    }
    String month = call.query("month");
    if (month != null) {
      question.append(" AND month = ?::date");
      values.add(month + "-01");
    }
    Set<String> seen = call.subject().models();
    if (seen != null) {
      question.append(" AND model_id = ANY (?)");
      values.add(List.copyOf(seen));
    }
    question.append(" ORDER BY cost_id DESC LIMIT ?");
    values.add(page.rows());
    return page.answer(
        sql.rows(question.toString(), values.toArray()), row -> row.path("cost_id").asText());
  }

  /**
   * What a training of a model that somebody asks for reserves at least, in US dollars: whoever
   * asks says what it will cost, and money that is not reserved holds nobody.
   */
  static double least(Sql sql, String modelId, LedgerRules rules) throws SQLException {
    ObjectNode row = sql.row(LAST, modelId, modelId).orElseThrow();
    BigDecimal last =
        BigDecimal.valueOf(Math.max(0, row.path("cost").asDouble()))
            .setScale(2, RoundingMode.CEILING);
    return last.max(rules.leastCost()).doubleValue();
  }
}
