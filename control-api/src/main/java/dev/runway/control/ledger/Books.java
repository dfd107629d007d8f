package dev.runway.control.ledger;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The books as they are, read under the lock that puts grants in order. */
final class Books {
  private static final String ACTIVE =
      "state IN ('GRANTED', 'ACCEPTED', 'SUBMITTED', 'UNKNOWN', 'RUNNING')";

  private Books() {}

  /** From here to its end no other transaction grants anything. */
  static void lock(Sql sql) throws SQLException {
    if (sql.row("SELECT cap FROM retrain_caps WHERE scope = 'FLEET' FOR UPDATE").isEmpty()) {
      throw new IllegalStateException("the fleet has no cap, whose row is the ledger's lock");
    }
  }

  /** All that wait for a place or for money, in their order. */
  static List<Waiting> waiting(Sql sql) throws SQLException {
    return new ArrayList<>(
        sql
            .rows(
                """
                SELECT command_id, model_id, team, tier, action, estimated_cost, by_person, state
                FROM retrain_commands
                WHERE state IN ('QUEUED', 'QUEUED_BUDGET')
                ORDER BY rank_at, command_id
                """)
            .stream()
            .map(Waiting::of)
            .toList());
  }

  /** What there is room for at a time. */
  static Room room(Sql sql, Instant at, LedgerRules rules) throws SQLException {
    ObjectNode budget = Budget.open(sql, at, rules.monthlyBudget(), rules.tier1Reserve());
    List<String> busy = new ArrayList<>();
    Map<String, Integer> active = new HashMap<>();
    for (ObjectNode row :
        sql.rows("SELECT model_id, team, tier, action FROM retrain_commands WHERE " + ACTIVE)) {
      busy.add(row.path("model_id").asText());
      if (Budget.isBack(row)) {
        continue; // It trains nothing, so it takes no place from what does.
      }
      active.merge(Room.FLEET, 1, Integer::sum);
      active.merge(Room.tier(row.path("tier").asInt()), 1, Integer::sum);
      active.merge(Room.team(row.path("team").asText()), 1, Integer::sum);
    }
    Map<String, Integer> places = new HashMap<>();
    for (ObjectNode row : sql.rows("SELECT scope, name, cap FROM retrain_caps")) {
      String scope = scope(row);
      places.put(scope, row.path("cap").asInt() - active.getOrDefault(scope, 0));
    }
    return new Room(busy, stopped(sql, at), places, money(budget));
  }

  private static String scope(ObjectNode cap) {
    String name = cap.path("name").asText();
    return switch (cap.path("scope").asText()) {
      case "TEAM" -> Room.team(name);
      case "TIER" -> Room.tier(Integer.parseInt(name));
      default -> Room.FLEET;
    };
  }

  /** What is under a kill switch, as {@link Room} names it. */
  private static List<String> stopped(Sql sql, Instant at) throws SQLException {
    return sql
        .rows(
            """
            SELECT model_id, team FROM controls
            WHERE kind = 'KILL_SWITCH' AND action = 'KILL_SWITCH_ON'
                AND (expires_at IS NULL OR expires_at > ?)
            """,
            at)
        .stream()
        .map(
            row ->
                row.has("team")
                    ? Room.team(row.path("team").asText())
                    : row.path("model_id").asText(Room.FLEET))
        .toList();
  }

  private static Room.Money money(ObjectNode budget) {
    BigDecimal used = Budget.amount(budget, "spent").add(Budget.amount(budget, "reserved"));
    BigDecimal tier1 =
        Budget.amount(budget, "tier1_spent").add(Budget.amount(budget, "tier1_reserved"));
    return new Room.Money(
        Budget.amount(budget, "cap"),
        Budget.amount(budget, "tier1_reserve"),
        tier1,
        used.subtract(tier1),
        Budget.amount(budget, "overrun"));
  }

  /** The UTC month of a time. */
  static YearMonth month(Instant at) {
    return YearMonth.from(at.atOffset(ZoneOffset.UTC));
  }
}
