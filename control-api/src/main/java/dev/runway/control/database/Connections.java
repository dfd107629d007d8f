package dev.runway.control.database;

import dev.runway.control.options.ControlOptions;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.Properties;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/**
 * New connections, each with the password as it is now, and with an end to every wait.
 *
 * <p>The pool takes a {@link DataSource}; what it may ask of one beyond a connection is not used.
 */
public final class Connections implements DataSource {
  private static final Driver DRIVER = new Driver();

  private final ControlOptions.Postgres options;
  private final String applicationName;
  private final Duration longestSilence;
  private final boolean planOnce;

  public Connections(ControlOptions.Postgres options, String applicationName) {
    this(options, applicationName, Duration.ZERO);
  }

  /**
   * @param longestSilence after which the database ends a session that asks nothing; zero for never
   */
  public Connections(
      ControlOptions.Postgres options, String applicationName, Duration longestSilence) {
    this(options, applicationName, longestSilence, false);
  }

  private Connections(
      ControlOptions.Postgres options,
      String applicationName,
      Duration longestSilence,
      boolean planOnce) {
    this.options = options;
    this.applicationName = applicationName;
    this.longestSilence = longestSilence;
    this.planOnce = planOnce;
  }

  /**
   * Connections of which each plans a statement once, at the first time it comes, and not for its
   * values: until the database itself calls for a new plan, which it does whenever it has looked
   * anew at a table that the plan reads.
   */
  static Connections planningOnce(ControlOptions.Postgres options, String applicationName) {
    return new Connections(options, applicationName, Duration.ZERO, true);
  }

  @Override
  public Connection getConnection() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", options.user());
    String password = options.currentPassword();
    if (password != null) {
      properties.setProperty("password", password);
    }
    String connect = seconds(options.connectTimeout());
    properties.setProperty("connectTimeout", connect);
    properties.setProperty("loginTimeout", connect);
    properties.setProperty("socketTimeout", seconds(options.socketTimeout()));
    properties.setProperty("cancelSignalTimeout", connect);
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("currentSchema", options.schema());
    properties.setProperty("ApplicationName", applicationName);
    properties.setProperty(
        "options",
        "-c statement_timeout=%dms -c idle_session_timeout=%dms -c plan_cache_mode=%s"
            .formatted(
                options.statementTimeout().toMillis(),
                longestSilence.toMillis(),
                planOnce ? "force_generic_plan" : "auto"));
    if (planOnce) {
      properties.setProperty("prepareThreshold", "1");
    }
    Connection connection = DRIVER.connect(options.url(), properties);
    if (connection == null) {
      throw new SQLException("not an address of PostgreSQL", "08001");
    }
    return connection;
  }

  private static String seconds(Duration duration) {
    return Long.toString(Math.max(1, duration.plusMillis(999).toSeconds()));
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    throw new SQLFeatureNotSupportedException("user and password are settings");
  }

  @Override
  public @Nullable PrintWriter getLogWriter() {
    return null;
  }

  @Override
  public void setLogWriter(@Nullable PrintWriter out) {}

  @Override
  public void setLoginTimeout(int seconds) {}

  @Override
  public int getLoginTimeout() {
    return 0;
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException("logs by slf4j");
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    throw new SQLException("wraps nothing");
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return false;
  }
}
