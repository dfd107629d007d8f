package dev.runway.e2e;

import dev.runway.bench.loopfaults.Rows;
import dev.runway.demo.stage.DemoStack;
import java.sql.SQLException;
import java.util.List;

/** The rows of an arena's views as JSON, less what may differ between two runs of the same. */
final class TableRows {
  private static final String RESULTS =
      "SELECT (to_jsonb(t) - 'computed_at')::text FROM v_%s t ORDER BY 1";

  /** Places differ, as heartbeats do; the detail of FUTURE names the Kafka time of the record. */
  private static final String LETTERS =
      """
      SELECT (to_jsonb(t) - 'received_at' - 'stored_at' - 'source_partition' - 'source_offset'
              || jsonb_build_object('source_topic', substring(source_topic from '[^.]*$'),
                                    'detail', CASE reason WHEN 'FUTURE' THEN '' ELSE detail END)
             )::text
      FROM v_dead_letters t ORDER BY 1
      """;

  /**
   * Less those against provisional baselines, and those of versions that have none yet: when a
   * subtask has read such a one differs from run to run, and with it from which prediction on there
   * are counts. And less those that rest on labels: a day in half a minute takes the subtasks of
   * the join further apart than drift-monitor waits for labels.
   */
  private static final String DRIFT =
      "SELECT (to_jsonb(t) - 'computed_at')::text FROM v_%s t"
          + " WHERE profile_id NOT LIKE 'provisional-%%' AND profile_id NOT LIKE 'concept.%%'"
          + " AND profile_id NOT IN ('change-detectors', 'performance-estimate', 'no-baseline') ORDER BY 1";

  private TableRows() {}

  /** Rows of {@code performance}, {@code label_coverage} or {@code label_delay}. */
  static List<String> results(DemoStack.TableAccess tables, String table) throws SQLException {
    return Rows.query(tables, RESULTS.formatted(table));
  }

  /** Rows of {@code drift_readings} or {@code drift_tiles}. */
  static List<String> drift(DemoStack.TableAccess tables, String table) throws SQLException {
    return Rows.query(tables, DRIFT.formatted(table));
  }

  /** Rows of {@code dead_letters}, with a digest in place of their bytes. */
  static List<String> deadLetters(DemoStack.TableAccess tables) throws SQLException {
    return Rows.query(tables, LETTERS);
  }
}
