package dev.runway.bench.loopfaults;

import dev.runway.demo.stage.DemoStack;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What tables and ledger say, less the times of clocks. */
public final class Rows {
  /**
   * By table. Of decisions the id is left out, and what it is made of: the inputs hold when the
   * ledger answered, which is the time of the ticks and the seconds since. Of models that the
   * ledger has not answered yet they are the same, ids and all.
   */
  private static final Map<String, String> QUERIES =
      Map.of(
          "decisions",
          """
          SELECT (to_jsonb(t) - 'decision_id' - 'inputs' - 'computed_at')::text
          FROM v_decisions t ORDER BY 1
          """,
          "decisions before an answer",
          """
          SELECT d.decision_id || ' ' || d.inputs FROM v_decisions d
          WHERE NOT EXISTS (SELECT FROM v_retrains r
                            WHERE r.model_id = d.model_id AND r.issued_at < d.decided_at)
          ORDER BY 1
          """,
          "staleness",
          "SELECT (to_jsonb(t) - 'computed_at')::text FROM v_staleness t ORDER BY 1",
          "retrains",
          """
          SELECT (to_jsonb(t) - 'state_at' - 'received_at' - 'granted_at' - 'accepted_at'
                  - 'started_at' - 'ended_at' - 'decision_id')::text
          FROM v_retrains t ORDER BY 1
          """,
          "budgets",
          "SELECT to_jsonb(t)::text FROM v_retrain_budgets t ORDER BY 1",
          "costs",
          "SELECT (to_jsonb(t) - 'cost_id' - 'at')::text FROM v_retrain_costs t ORDER BY 1");

  private Rows() {}

  /** Rows by the name of their table. */
  static Map<String, List<String>> all(DemoStack.TableAccess tables) throws SQLException {
    Map<String, List<String>> all = new LinkedHashMap<>();
    for (String name : QUERIES.keySet().stream().sorted().toList()) {
      all.put(name, query(tables, QUERIES.getOrDefault(name, "")));
    }
    return all;
  }

  /** How many rows a view has. */
  static int count(DemoStack.TableAccess tables, String view) throws SQLException {
    return Integer.parseInt(query(tables, "SELECT count(*) FROM " + view).get(0));
  }

  /** The first column of a query's rows, as text. */
  public static List<String> query(DemoStack.TableAccess tables, String query) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(tables.jdbcUrl(), tables.user(), tables.password());
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      List<String> all = new ArrayList<>();
      while (rows.next()) {
        all.add(rows.getString(1));
      }
      return all;
    }
  }
}
