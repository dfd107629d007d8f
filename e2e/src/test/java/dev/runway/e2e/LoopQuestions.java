package dev.runway.e2e;

import static dev.runway.e2e.DemoQuestions.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.runway.stack.StackClient;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What SQL answers after the demo's second act, against PostgreSQL and against the story. */
final class LoopQuestions {
  private static final String READER = "runway_reader";

  private LoopQuestions() {}

  static void require(TestStack stack) throws Exception {
    try (SqlGateway gateway = SqlGateway.start(stack, "runway-loop");
        Connection session = gateway.connect("batch");
        Connection tables = tables(stack.client())) {
      requireNow(session, tables);
      requireRetrains(session, tables);
      requireReasons(session);
      assertThat(SqlGateway.ask(session, "who-depends-on"))
          .anySatisfy(
              row -> {
                assertThat(row.get("upstream")).isEqualTo("model:trip-eta");
                assertThat(row.get("downstream")).isEqualTo("model:trip-price");
                assertThat(number(row, "steps")).isBetween(1.0, 4.0);
              });
    }
  }

  private static Connection tables(StackClient client) throws Exception {
    Connection tables =
        DriverManager.getConnection(client.jdbcUrl(), READER, client.password(READER));
    try (Statement statement = tables.createStatement()) {
      statement.execute("SET search_path = runway_loop");
    }
    return tables;
  }

  private static void requireNow(Connection session, Connection tables) throws Exception {
    assertThat(texts(SqlGateway.ask(session, "worst-models-now"), "model_id", "state"))
        .containsExactlyInAnyOrderElementsOf(
            expected(
                tables,
                "SELECT concat_ws(' ', model_id, state) FROM v_staleness_latest"
                    + " WHERE state NOT IN ('HEALTHY', 'WARMING', 'DEPRECATED', 'RETIRED')"));
    assertThat(texts(SqlGateway.ask(session, "alerts-open"), "rule", "model_id"))
        .containsExactlyInAnyOrderElementsOf(
            expected(
                tables,
                "SELECT concat_ws(' ', rule, coalesce(model_id, 'null')) FROM v_alerts"
                    + " WHERE resolved_at IS NULL"));
    assertThat(texts(SqlGateway.ask(session, "waiting-for-people"), "command_id", "state"))
        .containsExactlyInAnyOrderElementsOf(
            expected(
                tables,
                "SELECT concat_ws(' ', command_id, state) FROM v_retrains"
                    + " WHERE state IN ('AWAITING_APPROVAL', 'QUEUED', 'QUEUED_BUDGET')"));
  }

  private static void requireRetrains(Connection session, Connection tables) throws Exception {
    var costs = SqlGateway.ask(session, "cost-this-month");
    assertThat(texts(costs, "model_id", "commands"))
        .isNotEmpty()
        .containsExactlyInAnyOrderElementsOf(
            expected(
                tables,
                "SELECT concat_ws(' ', model_id, count(DISTINCT command_id)) FROM v_retrain_costs"
                    + " WHERE month = date_trunc('month', now() AT TIME ZONE 'UTC')"
                    + " GROUP BY team, model_id"));
    // What the ledger took from the month, by the row it keeps that in.
    assertThat(sum(costs, "cost")).isCloseTo(month(tables, "spent + overrun"), within(0.001));
    assertThat(sum(costs, "set_aside")).isCloseTo(month(tables, "reserved"), within(0.001));
    assertThat(texts(SqlGateway.ask(session, "retrain-success"), "tier", "issued", "succeeded"))
        .isNotEmpty()
        .containsExactlyInAnyOrderElementsOf(
            expected(
                tables, "SELECT concat_ws(' ', tier, issued, succeeded) FROM v_retrain_ratios"));
  }

  private static void requireReasons(Connection session) throws Exception {
    var why = SqlGateway.ask(session, "why-retrained");
    assertThat(why)
        .isNotEmpty()
        .allSatisfy(
            row -> {
              assertThat(row.get("verdict")).isEqualTo("RETRAIN");
              assertThat(row.get("explanation").toString()).isNotBlank();
              assertThat(row.get("policy")).isNotNull();
            });
    for (String model : List.of("strike-damage", "rain-tomorrow", "trip-eta")) {
      assertThat(why)
          .anyMatch(
              row -> model.equals(row.get("model_id")) && "SUCCEEDED".equals(row.get("state")));
    }
    assertThat(SqlGateway.ask(session, "held-decisions"))
        .anyMatch(
            row ->
                "late-arrival".equals(row.get("model_id"))
                    && "INVESTIGATE_DATA".equals(row.get("verdict")))
        .anyMatch(
            row ->
                "trip-price".equals(row.get("model_id")) && "ATTRIBUTED".equals(row.get("hold")));
  }

  private static double sum(List<Map<String, @Nullable Object>> rows, String column) {
    return rows.stream().mapToDouble(row -> number(row, column)).sum();
  }

  private static double month(Connection tables, String column) throws Exception {
    return Double.parseDouble(
        expected(
                tables,
                "SELECT "
                    + column
                    + " FROM v_retrain_budgets"
                    + " WHERE month = date_trunc('month', now() AT TIME ZONE 'UTC')")
            .get(0));
  }

  /** Values of some columns, with a blank between them. */
  private static List<String> texts(List<Map<String, @Nullable Object>> rows, String... columns) {
    List<String> texts = new ArrayList<>();
    for (Map<String, @Nullable Object> row : rows) {
      List<String> values = new ArrayList<>();
      for (String column : columns) {
        values.add(String.valueOf(row.get(column)));
      }
      texts.add(String.join(" ", values));
    }
    return texts;
  }

  private static List<String> expected(Connection tables, String sql) throws Exception {
    List<String> rows = new ArrayList<>();
    try (Statement statement = tables.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        rows.add(result.getString(1));
      }
    }
    return rows;
  }
}
