package dev.runway.tables.write;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/**
 * How to reach the database, and how long to wait for it in each place where it may stop to answer.
 *
 * @param url {@code jdbc:postgresql://host:port/database}, without user and password
 * @param passwordFile read anew with each connection, so that a password can change; null for
 *     servers that ask for none
 * @param schema holds the tables
 */
public record PostgresAccess(
    String url, String user, @Nullable String passwordFile, String schema, Timeouts timeouts)
    implements Serializable {

  /**
   * Each is an end to some wait.
   *
   * @param connect for the server to accept a connection, and again to let the user in
   * @param socket for the next bytes of an answer
   * @param statement for the server to work on one statement; it gives up itself, so it is less
   *     than {@code socket}
   * @param lock for a row that another session has locked
   */
  public record Timeouts(Duration connect, Duration socket, Duration statement, Duration lock)
      implements Serializable {

    /**
     * After this the connection is cut from outside. The time-out of a socket covers reading only:
     * a write into a dead network blocks until TCP gives up, some 15 minutes later.
     */
    Duration wholeStatement() {
      return statement.plus(socket);
    }
  }

  /** A new connection with all time-outs set. */
  CuttableConnection connect() throws SQLException {
    String sockets = UUID.randomUUID().toString();
    RawSockets.remember(sockets);
    try {
      return new CuttableConnection(connect(sockets), sockets);
    } catch (SQLException | RuntimeException e) {
      // Also ends the driver's own thread, where it still waits for the server to let the user in.
      RawSockets.close(sockets);
      throw e;
    }
  }

  private Connection connect(String sockets) throws SQLException {
    // Not by DriverManager, which asks the class loader of the caller and of the cluster.
    Connection connection = new Driver().connect(url, properties(sockets));
    if (connection == null) {
      throw new SQLException(url + " is no address of PostgreSQL", "08001");
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "SET statement_timeout = %d; SET lock_timeout = %d; SET TIME ZONE 'UTC'"
              .formatted(timeouts.statement().toMillis(), timeouts.lock().toMillis()));
    }
    return connection;
  }

  private Properties properties(String sockets) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    if (passwordFile != null) {
      properties.setProperty("password", password(Path.of(passwordFile)));
    }
    String connect = seconds(timeouts.connect());
    properties.setProperty("connectTimeout", connect);
    properties.setProperty("loginTimeout", connect);
    properties.setProperty("cancelSignalTimeout", connect);
    properties.setProperty("socketTimeout", seconds(timeouts.socket()));
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("ApplicationName", "runway-result-tables");
    properties.setProperty("socketFactory", RawSockets.class.getName());
    properties.setProperty("socketFactoryArg", sockets);
    return properties;
  }

  private static String password(Path file) throws SQLException {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new SQLException("the password file " + file + " cannot be read", "28P01", e);
    }
  }

  /** Whole seconds, rounded up: 0 would mean for ever. */
  private static String seconds(Duration duration) {
    return Long.toString(Math.max(1, (duration.toMillis() + 999) / 1000));
  }
}
