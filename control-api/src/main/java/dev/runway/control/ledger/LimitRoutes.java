package dev.runway.control.ledger;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
import dev.runway.control.http.Answer;
import dev.runway.control.http.Call;
import dev.runway.control.http.Handlers;
import dev.runway.control.http.Operation;
import dev.runway.control.http.Problem;
import dev.runway.control.outbox.Change;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.YearMonth;
import java.util.Locale;
import java.util.Optional;

/** How much may be spent in a month, and how many commands may be active at once. */
public final class LimitRoutes {
  private static final String BUDGETS =
      """
      SELECT to_char(b.month, 'YYYY-MM') AS month, b.cap, b.tier1_reserve, b.spent, b.reserved,
             b.tier1_spent, b.tier1_reserved, b.overrun, v.free, b.revision, b.changed_at,
             b.changed_by
      FROM retrain_budgets AS b
      JOIN v_retrain_budgets AS v ON v.month = b.month
      """;

  private static final String CAPS =
      "SELECT scope, name, cap, revision, changed_at, changed_by FROM retrain_caps ";

  private LimitRoutes() {}

  public static void handle(Handlers handlers, Ledger ledger) {
    handlers
        .read(
            Operation.LIST_RETRAIN_BUDGETS,
            (call, sql) -> list(sql, BUDGETS + "ORDER BY month DESC LIMIT 200"))
        .read(
            Operation.LIST_RETRAIN_CAPS,
            (call, sql) -> list(sql, CAPS + "ORDER BY scope, name LIMIT 1000"))
        .read(Operation.GET_RETRAIN_BUDGET, LimitRoutes::getBudget)
        .read(Operation.GET_RETRAIN_CAP, LimitRoutes::getCap)
        .change(Operation.SET_RETRAIN_BUDGET, (call, change) -> setBudget(call, change, ledger))
        .change(Operation.SET_RETRAIN_CAP, (call, change) -> setCap(call, change, ledger));
  }

  private static Answer list(Sql sql, String question) throws SQLException {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    sql.rows(question).forEach(body.putArray("items")::add);
    return Answer.ok(body);
  }

  private static Answer getBudget(Call call, Sql sql) throws SQLException {
    YearMonth month = month(call);
    return told(
        sql.row(BUDGETS + "WHERE b.month = ?::date", month + "-01")
            .orElseThrow(() -> Problem.notFound("nobody has set the money of " + month)));
  }

  private static Answer getCap(Call call, Sql sql) throws SQLException {
    String[] of = scope(call);
    return told(
        cap(sql, of[0], of[1])
            .orElseThrow(() -> Problem.notFound(call.path("cap") + " has no cap")));
  }

  private static Answer told(ObjectNode row) {
    return Answer.ok(row).revision(row.path("revision").asLong());
  }

  /** Under the ledger's lock: of two who saw the same one is too late. */
  private static void requireBase(Call call, Optional<ObjectNode> before) {
    if (before.isPresent()) {
      call.requireMatch(before.get().path("revision").asLong());
    } else {
      call.requireNone();
    }
  }

  /** Below what is spent and reserved it is refused: what was granted is not taken back. */
  private static Answer setBudget(Call call, Change change, Ledger ledger) throws SQLException {
    Sql sql = change.sql();
    YearMonth month = month(call);
    BigDecimal cap = dollars(call, "cap");
    BigDecimal reserve = dollars(call, "tier1_reserve");
    if (reserve.compareTo(cap) > 0) {
      throw Problem.invalid("/tier1_reserve", "is part of the cap, so it is at most that");
    }
    Books.lock(sql);
    Optional<ObjectNode> before = budget(sql, month);
    requireBase(call, before);
    if (before.isPresent()) {
      requireRoom(before.get(), cap, reserve);
    }
    sql.update(
        """
        INSERT INTO retrain_budgets (month, cap, tier1_reserve, revision, changed_at, changed_by)
        VALUES (?::date, ?::numeric, ?::numeric, 1, ?, ?)
        ON CONFLICT (month) DO UPDATE
        SET cap = excluded.cap, tier1_reserve = excluded.tier1_reserve,
            revision = retrain_budgets.revision + 1, changed_at = excluded.changed_at,
            changed_by = excluded.changed_by
        """,
        month + "-01",
        cap.toPlainString(),
        reserve.toPlainString(),
        ledger.transitions().now(),
        change.subject());
    ObjectNode after = budget(sql, month).orElseThrow();
    audit(change, "retrain_budget.set", "retrain-budget:" + month, before, after);
    return told(after);
  }

  private static Optional<ObjectNode> budget(Sql sql, YearMonth month) throws SQLException {
    return sql.row(BUDGETS + "WHERE b.month = ?::date FOR UPDATE OF b", month + "-01");
  }

  private static void requireRoom(ObjectNode budget, BigDecimal cap, BigDecimal reserve) {
    BigDecimal bound = Budget.amount(budget, "spent").add(Budget.amount(budget, "reserved"));
    if (bound.compareTo(cap) > 0) {
      throw Problem.conflict(
          "%s dollars are spent and reserved already: the cap is at least that"
              .formatted(bound.toPlainString()));
    }
    BigDecimal others =
        bound
            .subtract(Budget.amount(budget, "tier1_spent"))
            .subtract(Budget.amount(budget, "tier1_reserved"));
    if (others.compareTo(cap.subtract(reserve)) > 0) {
      throw Problem.conflict(
          "%s dollars are spent and reserved for other tiers than 1: cap less reserve is at least that"
              .formatted(others.toPlainString()));
    }
  }

  private static YearMonth month(Call call) {
    try {
      return YearMonth.parse(call.path("month"));
    } catch (DateTimeException e) {
      throw Problem.parameter("parameter", "month", "a month such as 2026-11 is due");
    }
  }

  private static BigDecimal dollars(Call call, String field) {
    return call.json().path(field).decimalValue().setScale(2, RoundingMode.DOWN);
  }

  /** A lower cap ends nothing: as many go on, and none is granted until fewer are active. */
  private static Answer setCap(Call call, Change change, Ledger ledger) throws SQLException {
    Sql sql = change.sql();
    String scope = scope(call)[0];
    String name = scope(call)[1];
    Books.lock(sql);
    Optional<ObjectNode> before = cap(sql, scope, name);
    requireBase(call, before);
    sql.update(
        """
        INSERT INTO retrain_caps (scope, name, cap, revision, changed_at, changed_by)
        VALUES (?, ?, ?, 1, ?, ?)
        ON CONFLICT (scope, name) DO UPDATE
        SET cap = excluded.cap, revision = retrain_caps.revision + 1,
            changed_at = excluded.changed_at, changed_by = excluded.changed_by
        """,
        scope,
        name,
        call.json().path("cap").asInt(),
        ledger.transitions().now(),
        change.subject());
    ObjectNode after = cap(sql, scope, name).orElseThrow();
    audit(change, "retrain_cap.set", "retrain-cap:" + call.path("cap"), before, after);
    return told(after);
  }

  /** Scope and name, as the table has them. */
  private static String[] scope(Call call) {
    String[] of = call.path("cap").split(":", 2);
    return new String[] {of[0].toUpperCase(Locale.ROOT), of.length == 1 ? "*" : of[1]};
  }

  private static Optional<ObjectNode> cap(Sql sql, String scope, String name) throws SQLException {
    return sql.row(CAPS + "WHERE scope = ? AND name = ?", scope, name);
  }

  private static void audit(
      Change change, String action, String object, Optional<ObjectNode> before, ObjectNode after)
      throws SQLException {
    ObjectNode detail = JsonNodeFactory.instance.objectNode();
    before.ifPresent(row -> detail.set("before", row));
    detail.set("after", after);
    change.audit(action, object, detail);
  }
}
