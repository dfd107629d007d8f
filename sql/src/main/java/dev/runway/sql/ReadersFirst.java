package dev.runway.sql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;

/**
 * Before V0047 puts tables in pieces it takes the views that read them, then the tables.
 *
 * <p>That migration takes the tables first and makes the views anew at its end. Whoever reads a
 * view has it while waiting for its table, and the migration would wait for the view: one of the
 * two ends by a deadlock, and it is the migration. Migrations do not change once they are out, so
 * this is done before it, in its transaction.
 */
final class ReadersFirst implements Callback {
  private static final MigrationVersion PIECES = MigrationVersion.fromVersion("47");

  private static final String LOCK_NOT_AVAILABLE = "55P03";
  private static final String TIME_IS_OVER = "57014";

  private static final String TABLES =
      "drift_readings, drift_tiles, label_coverage, label_delay, master_label_coverage,"
          + " master_label_delay, master_performance, performance, retrain_decisions, staleness";

  /** What reads these tables, ours or not: views (v) and materialized views (m). */
  private static final String READERS =
      """
      SELECT DISTINCT v.oid::regclass::text AS reader,
             v.relkind = 'v' AND v.relnamespace = current_schema()::regnamespace
                 AND v.relowner = current_user::regrole AS ours
      FROM pg_depend AS d
      JOIN pg_rewrite AS w ON d.classid = 'pg_rewrite'::regclass AND w.oid = d.objid
      JOIN pg_class AS v ON v.oid = w.ev_class
      WHERE d.refclassid = 'pg_class'::regclass AND v.relkind IN ('v', 'm')
          AND d.refobjid = ANY (string_to_array('%s', ', ')::regclass[])
      ORDER BY 1
      """
          .formatted(TABLES);

  @Override
  public boolean supports(Event event, Context context) {
    return event == Event.BEFORE_EACH_MIGRATE
        && PIECES.equals(context.getMigrationInfo().getVersion());
  }

  @Override
  public boolean canHandleInTransaction(Event event, Context context) {
    return true;
  }

  @Override
  public void handle(Event event, Context context) {
    try {
      take(context.getConnection());
    } catch (SQLException e) {
      throw new FlywayException("cannot take the tables for V0047: " + e.getMessage(), e);
    }
  }

  private static void take(Connection connection) throws SQLException {
    List<String> views = new ArrayList<>();
    List<String> others = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      try (ResultSet readers = statement.executeQuery(READERS)) {
        while (readers.next()) {
          (readers.getBoolean("ours") ? views : others).add(readers.getString("reader"));
        }
      }
      if (!others.isEmpty()) {
        throw new FlywayException(
            "not Runway's own, and would go on reading what tables have today alone: "
                + String.join(", ", others)
                + ". Drop them, migrate, and make them anew");
      }
      // Readers and writers do not mind; autovacuum does, and gives way.
      statement.execute("LOCK TABLE " + TABLES + " IN SHARE UPDATE EXCLUSIVE MODE");
      takeAtOnce(statement, views);
    }
  }

  /**
   * Whoever has one view and wants another one that is taken waits for us, and we for them. The one
   * who has waited for {@code deadlock_timeout} finds that out, and ends. So all of it is ours
   * before that time is over since the first of them, or none; in one message, for on a busy
   * machine sixty of them take longer than that.
   */
  private static void takeAtOnce(Statement statement, List<String> views) throws SQLException {
    long most;
    String usual;
    try (ResultSet setting =
        statement.executeQuery(
            "SELECT (800 * extract(epoch FROM current_setting('deadlock_timeout')::interval))::int,"
                + " current_setting('statement_timeout')")) {
      setting.next();
      most = setting.getLong(1);
      usual = setting.getString(2);
    }
    StringBuilder steps = new StringBuilder("DO $take$ BEGIN\n");
    for (String view : views) {
      // LOCK would take the tables of a view with it, too early; this changes nothing.
      steps.append("ALTER VIEW ").append(view).append(" OWNER TO CURRENT_USER;\n");
    }
    steps.append("LOCK TABLE ").append(TABLES).append(" IN ACCESS EXCLUSIVE MODE;\nEND $take$");
    statement.execute("SET LOCAL lock_timeout = " + most);
    statement.execute("SET LOCAL statement_timeout = " + most);
    try {
      statement.execute(steps.toString());
    } catch (SQLException e) {
      if (TIME_IS_OVER.equals(e.getSQLState())) {
        throw new SQLException("not all was free within " + most + " ms", LOCK_NOT_AVAILABLE, e);
      }
      throw e;
    }
    statement.execute("SET LOCAL statement_timeout = '" + usual + "'");
  }

  @Override
  public String getCallbackName() {
    return "readers-first";
  }
}
