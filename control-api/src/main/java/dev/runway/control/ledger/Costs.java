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

  private static final String SETTLED =
      """
      SELECT actual_cost AS cost FROM retrain_commands
      WHERE model_id = ? AND action = 'RETRAIN' AND state = 'SUCCEEDED' AND actual_cost IS NOT NULL
      ORDER BY received_at DESC
      LIMIT 1
      """;

  /** Anybody who registers versions says what they like here, and what no training costs too. */
  private static final String SAID =
      """
      SELECT m.version, round(ceil(m.cost * 100) / 100, 2) AS cost
      FROM (SELECT version, created_at,
                   CASE WHEN jsonb_typeof(metrics -> 'training_cost') = 'number'
                        THEN (metrics ->> 'training_cost')::numeric END AS cost
            FROM model_versions WHERE model_id = ?) AS m
      WHERE m.cost BETWEEN 0 AND ?
      ORDER BY m.created_at DESC
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
   * What a training reserves at least.
   *
   * @param dollars US dollars
   * @param from who says so
   */
  record Least(double dollars, String from) {
    /** Whether it is more than was asked for. */
    boolean isAbove(Call call) {
      return dollars > call.json().path("estimated_cost").asDouble();
    }

    String words() {
      return "least: %s, from %s"
          .formatted(BigDecimal.valueOf(dollars).setScale(2, RoundingMode.HALF_UP), from);
    }
  }

  /**
   * What a training of a model that somebody asks for reserves at least: whoever asks says what it
   * will cost, and money that is not reserved holds nobody. What the ledger has settled comes
   * before what a version says of itself.
   */
  static Least least(Sql sql, String modelId, LedgerRules rules) throws SQLException {
    Least set = new Least(rules.leastCost().doubleValue(), "runway.control.retrains.least-cost");
    Optional<ObjectNode> settled = sql.row(SETTLED, modelId);
    if (settled.isPresent()) {
      return higher(set, cost(settled.get()), "what its last training has cost");
    }
    Optional<ObjectNode> said = sql.row(SAID, modelId, (long) Limits.MAX_COST);
    return said.isEmpty()
        ? set
        : higher(
            set, cost(said.get()), "the metrics of version " + said.get().path("version").asText());
  }

  private static double cost(ObjectNode row) {
    return row.path("cost").asDouble();
  }

  private static Least higher(Least set, double dollars, String from) {
    return dollars > set.dollars() ? new Least(dollars, from) : set;
  }
}
