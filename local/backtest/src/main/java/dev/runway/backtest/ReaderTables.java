package dev.runway.backtest;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Properties;

/**
 * The tables, as their readers see them.
 *
 * @param jdbcUrl without user and password
 */
public record ReaderTables(String jdbcUrl, String schema, String user, String password) {
  /** A slow database is told and not waited for. */
  private static final String SOCKET_SECONDS = "120";

  /** A connection that can only read; the caller closes it. */
  Connection connect() throws SQLException {
    Properties settings = new Properties();
    settings.setProperty("user", user);
    settings.setProperty("password", password);
    settings.setProperty("currentSchema", schema);
    settings.setProperty("socketTimeout", SOCKET_SECONDS);
    settings.setProperty("readOnly", "true");
    return DriverManager.getConnection(jdbcUrl, settings);
  }

  /** A time as PostgreSQL's driver takes it. */
  static OffsetDateTime time(long millis) {
    return Instant.ofEpochMilli(millis).atOffset(ZoneOffset.UTC);
  }

  /** A time of a column that is never null. */
  static long millis(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant().toEpochMilli();
  }

  /** Names no password, so that none gets into a log. */
  @Override
  public String toString() {
    return user + " at " + jdbcUrl + ", schema " + schema;
  }
}
