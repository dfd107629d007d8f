package dev.runway.control.ledger;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Database;
import dev.runway.control.database.Sql;
import dev.runway.control.database.Unavailable;
import dev.runway.control.http.Answer;
import dev.runway.control.http.Call;
import dev.runway.control.http.Handlers;
import dev.runway.control.http.Operation;
import dev.runway.control.http.Page;
import dev.runway.control.metrics.Metrics;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** How long commands take until a scheduler has them, and how often they were of use. */
public final class Usefulness {
  /** Whoever scrapes need not log in, so a scrape costs the database at most this often. */
  private static final Duration FRESH = Duration.ofMinutes(1);

  private static final String SLA =
      """
      SELECT command_id, model_id, tier, state, issued_at, accepted_at, person_seconds, clock_seconds,
             within_seconds, missed
      FROM v_retrain_sla
      WHERE (? OR model_id = ANY (?))
      """;

  private static final String RATIOS =
      """
      SELECT to_char(month, 'YYYY-MM') AS month, tier, issued, ran, succeeded, deployed, improved,
             success_ratio, waste_ratio, improved_ratio
      FROM v_retrain_ratios
      """;

  /** Of those that the scheduler should have and does not. */
  private static final String LATE =
      """
      SELECT t.tier, count(s.command_id) AS late
      FROM retrain_sla AS t
      LEFT JOIN (SELECT v.command_id, v.tier
                 FROM v_retrain_sla AS v
                 JOIN retrain_commands AS c ON c.command_id = v.command_id
                 WHERE c.ended_at IS NULL AND c.accepted_at IS NULL AND v.missed) AS s
          ON s.tier = t.tier
      GROUP BY t.tier
      """;

  private final Database database;
  private final Clock clock;
  private final LongSupplier nanos;
  private Map<String, Map<String, Number>> known = Map.of();
  private long knownUntil;

  public Usefulness(Database database) {
    this(database, Clock.systemUTC(), System::nanoTime);
  }

  Usefulness(Database database, Clock clock, LongSupplier nanos) {
    this.database = database;
    this.clock = clock;
    this.nanos = nanos;
    knownUntil = nanos.getAsLong();
  }

  public void handle(Handlers handlers) {
    handlers
        .read(Operation.LIST_RETRAIN_SLA, Usefulness::sla)
        .read(
            Operation.LIST_RETRAIN_RATIOS,
            (call, sql) -> {
              ObjectNode body = JsonNodeFactory.instance.objectNode();
              sql.rows(RATIOS + "ORDER BY month DESC, tier LIMIT 200")
                  .forEach(body.putArray("items")::add);
              return Answer.ok(body);
            });
  }

  /** By tier, of which there are four. */
  public void tell(Metrics metrics) {
    metrics
        .gauges(
            "retrains_late",
            "Commands that the scheduler should have by their tier, and does not.",
            "tier",
            () -> figures("late"))
        .gauges(
            "retrain_success_ratio",
            "Succeeded of the commands to retrain of this UTC month.",
            "tier",
            () -> figures("success_ratio"))
        .gauges(
            "retrain_waste_ratio",
            "Of those of them that ran and ended, those whose version was not deployed.",
            "tier",
            () -> figures("waste_ratio"))
        .gauges(
            "retrain_improved_ratio",
            "Of those of them whose versions can be compared, those that are better.",
            "tier",
            () -> figures("improved_ratio"));
  }

  private static Answer sla(Call call, Sql sql) throws SQLException {
    Page page = Page.of(call);
    StringBuilder question = new StringBuilder(SLA);
    List<@Nullable Object> values = new ArrayList<>();
    Set<String> seen = call.subject().models();
    values.add(seen == null);
    values.add(seen == null ? List.of() : List.copyOf(seen));
    String model = call.query("model");
    if (model != null) {
      question.append(" AND model_id = ?");
      values.add(model);
    }
    String missed = call.query("missed");
    if (missed != null) {
      question.append(" AND missed = ?");
      values.add(Boolean.valueOf(missed));
    }
    if (!page.after().isEmpty()) {
      question.append(
          " AND (issued_at, command_id) < (SELECT b.issued_at, b.command_id FROM retrain_commands AS"
              + " b WHERE b.command_id = ?)");
      values.add(page.afterUuid());
    }
    question.append(" ORDER BY issued_at DESC, command_id DESC LIMIT ?");
    values.add(page.rows());
    return page.answer(
        sql.rows(question.toString(), values.toArray()), row -> row.path("command_id").asText());
  }

  /** None while the database does not say. */
  private synchronized Map<String, Number> figures(String name) {
    long now = nanos.getAsLong();
    if (now - knownUntil >= 0) {
      knownUntil = now + FRESH.toNanos();
      try {
        known = database.read(this::read);
      } catch (Unavailable e) {
        known = Map.of();
      }
    }
    return known.getOrDefault(name, Map.of());
  }

  private Map<String, Map<String, Number>> read(Sql sql) throws SQLException {
    Map<String, Map<String, Number>> figures = new HashMap<>();
    put(figures, sql.rows(LATE), "late");
    String month = Budget.month(clock.instant());
    put(
        figures,
        sql.rows(RATIOS + "WHERE month = ?::date", month),
        "success_ratio",
        "waste_ratio",
        "improved_ratio");
    return figures;
  }

  private static void put(
      Map<String, Map<String, Number>> figures, List<ObjectNode> rows, String... names) {
    for (ObjectNode row : rows) {
      for (String name : names) {
        if (row.has(name)) {
          figures
              .computeIfAbsent(name, unused -> new HashMap<>())
              .put(row.path("tier").asText(), row.path(name).asDouble());
        }
      }
    }
  }
}
