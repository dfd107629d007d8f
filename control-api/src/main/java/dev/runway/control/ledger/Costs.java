package dev.runway.control.ledger;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
import dev.runway.control.http.Answer;
import dev.runway.control.http.Call;
import dev.runway.control.http.Page;
import dev.runway.model.Limits;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

  /**
   * What the ledger has settled comes before what a version says of itself. A version may say any
   * number: what no training costs is no cost, as where a command ends with it.
   */
  private static final String LAST =
      """
      SELECT cost, version
      FROM ((SELECT 1 AS place, r.actual_cost::numeric AS cost, NULL AS version
             FROM retrain_commands AS r
             WHERE r.model_id = ? AND r.action = 'RETRAIN' AND r.state = 'SUCCEEDED'
                   AND r.actual_cost IS NOT NULL
             ORDER BY r.received_at DESC
             LIMIT 1)
            UNION ALL
            (SELECT 2, (v.metrics ->> 'training_cost')::numeric, v.version
             FROM model_versions AS v
             WHERE v.model_id = ?
                   AND CASE jsonb_typeof(v.metrics -> 'training_cost')
                         WHEN 'number' THEN (v.metrics ->> 'training_cost')::numeric BETWEEN 0 AND ?
                         ELSE false END
             ORDER BY v.created_at DESC
             LIMIT 1)) AS last
      ORDER BY place
      LIMIT 1
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
    BigDecimal last = last(sql, modelId).map(Costs::cost).orElse(BigDecimal.ZERO);
    return last.max(rules.leastCost()).doubleValue();
  }

  private static Optional<ObjectNode> last(Sql sql, String modelId) throws SQLException {
    return sql.row(LAST, modelId, modelId, Limits.MAX_COST);
  }

  private static BigDecimal cost(ObjectNode last) {
    return BigDecimal.valueOf(last.path("cost").asDouble()).setScale(2, RoundingMode.CEILING);
  }

  /**
   * Where an estimate comes from that nobody has given, for who is to mend it; empty when it is not
   * from the model's last training.
   */
  static String origin(Sql sql, String modelId, BigDecimal estimate) throws SQLException {
    Optional<ObjectNode> last = last(sql, modelId);
    if (last.isEmpty() || cost(last.get()).compareTo(estimate) != 0) {
      return "";
    }
    String version = last.get().path("version").asText(null);
    return ", least: %s, from %s"
        .formatted(
            estimate.toPlainString(),
            version == null ? "its last training" : "the metrics of version " + version);
  }
}
