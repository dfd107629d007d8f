package dev.runway.control.ledger;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
import dev.runway.model.RetrainCommand.Action;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;

/**
 * Money of the months, each a row that is locked while it changes. A command is paid by the UTC
 * month that granted it, whenever it ends.
 */
final class Budget {
  private static final String LOCKED =
      """
      SELECT month, cap, tier1_reserve, spent, reserved, tier1_spent, tier1_reserved, overrun
      FROM retrain_budgets WHERE month = ?::date FOR UPDATE
      """;

  private Budget() {}

  /** First day of the UTC month of a time, as the tables have it. */
  static String month(Instant at) {
    return Books.month(at) + "-01";
  }

  /**
   * A month that is there, locked: one without a row takes over what held in the month before it.
   *
   * @param cap for the very first month, in US dollars
   * @param reserve of it for tier 1 alone
   */
  static ObjectNode open(Sql sql, Instant at, BigDecimal cap, BigDecimal reserve)
      throws SQLException {
    String month = month(at);
    sql.update(
        """
        INSERT INTO retrain_budgets (month, cap, tier1_reserve, revision, changed_at, changed_by)
        SELECT ?::date, coalesce(max(b.cap), ?::numeric), coalesce(max(b.tier1_reserve), ?::numeric),
               1, ?, 'runway'
        FROM (SELECT cap, tier1_reserve FROM retrain_budgets WHERE month < ?::date
              ORDER BY month DESC LIMIT 1) AS b
        ON CONFLICT (month) DO NOTHING
        """,
        month,
        cap.toPlainString(),
        reserve.toPlainString(),
        at,
        month);
    return sql.row(LOCKED, month)
        .orElseThrow(() -> new IllegalStateException("no budget for " + month));
  }

  /**
   * Reserves what is due for a command, in a month that is open. That there is enough the ledger
   * has looked at, and the table looks again.
   */
  static void reserve(Sql sql, ObjectNode command, String month, Instant at) throws SQLException {
    BigDecimal estimate = due(command);
    String amount = estimate.toPlainString();
    int changed =
        sql.update(
            """
            UPDATE retrain_budgets
            SET reserved = reserved + ?::numeric,
                tier1_reserved = tier1_reserved + CASE WHEN ?::int = 1 THEN ?::numeric ELSE 0 END
            WHERE month = ?::date
            """,
            amount,
            command.path("tier").asInt(),
            amount,
            month);
    if (changed == 0) {
      throw new IllegalStateException("the budget of " + month + " was not opened");
    }
    entry(sql, command, month, "RESERVED", estimate, at);
  }

  /**
   * Gives the reserve back, and takes what was used: as far as it was reserved or there is room it
   * is spent, and beyond that overrun.
   *
   * @param used what it has cost
   */
  static void settle(
      Sql sql, ObjectNode command, String month, BigDecimal reserved, BigDecimal used, Instant at)
      throws SQLException {
    ObjectNode budget =
        sql.row(LOCKED, month)
            .orElseThrow(() -> new IllegalStateException("no budget for " + month));
    boolean tier1 = command.path("tier").asInt() == 1;
    BigDecimal spent = used.min(room(budget, tier1).add(reserved)).max(BigDecimal.ZERO);
    BigDecimal overrun = used.subtract(spent);
    sql.update(
        """
        UPDATE retrain_budgets
        SET reserved = reserved - ?::numeric, spent = spent + ?::numeric,
            tier1_reserved = tier1_reserved - ?::numeric, tier1_spent = tier1_spent + ?::numeric,
            overrun = overrun + ?::numeric
        WHERE month = ?::date
        """,
        reserved.toPlainString(),
        spent.toPlainString(),
        (tier1 ? reserved : BigDecimal.ZERO).toPlainString(),
        (tier1 ? spent : BigDecimal.ZERO).toPlainString(),
        overrun.toPlainString(),
        month);
    entry(sql, command, month, "RELEASED", reserved, at);
    entry(sql, command, month, "SPENT", spent, at);
    entry(sql, command, month, "OVERRUN", overrun, at);
  }

  /** What a tier may still take beyond all reserves, overrun left aside. */
  private static BigDecimal room(ObjectNode budget, boolean tier1) {
    BigDecimal cap = amount(budget, "cap");
    BigDecimal bound = amount(budget, "spent").add(amount(budget, "reserved"));
    BigDecimal room = cap.subtract(bound);
    if (tier1) {
      return room;
    }
    BigDecimal others =
        bound.subtract(amount(budget, "tier1_spent")).subtract(amount(budget, "tier1_reserved"));
    return room.min(cap.subtract(amount(budget, "tier1_reserve")).subtract(others));
  }

  /** What a grant reserves for a command: its estimate, and nothing for one that trains nothing. */
  static BigDecimal due(ObjectNode command) {
    return isBack(command) ? BigDecimal.ZERO : amount(command, "estimated_cost");
  }

  /** Whether a command goes back to a version that is there. */
  static boolean isBack(ObjectNode command) {
    return command.path("action").asText().equals(Action.ROLLBACK.name());
  }

  static BigDecimal amount(ObjectNode row, String column) {
    return new BigDecimal(row.path(column).asText("0"));
  }

  private static void entry(
      Sql sql, ObjectNode command, String month, String kind, BigDecimal amount, Instant at)
      throws SQLException {
    if (amount.signum() == 0 && !kind.equals("RESERVED")) {
      return;
    }
    sql.update(
        """
        INSERT INTO retrain_costs (command_id, model_id, team, tier, month, kind, amount, at)
        VALUES (?, ?, ?, ?, ?::date, ?, ?::numeric, ?)
        """,
        UUID.fromString(command.path("command_id").asText()),
        command.path("model_id").asText(),
        command.path("team").asText(null),
        command.path("tier").asInt(),
        month,
        kind,
        amount.toPlainString(),
        at);
  }
}
