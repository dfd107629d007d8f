package dev.runway.bench.harness;

import dev.runway.postgres.PostgresServer;
import dev.runway.sql.Migrations;
import dev.runway.sql.RolePasswords;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The local stack's PostgreSQL in processes of its own, migrated and empty. */
public final class Database implements AutoCloseable {
  private static final String NAME = "bench";

  private final PostgresServer server;

  private Database(PostgresServer server) {
    this.server = server;
  }

  /** Starts it. */
  public static Database start(Path folder) throws Exception {
    Path binaries = Place.repository().resolve("local/postgres/target/postgres");
    PostgresServer server =
        new PostgresServer(folder.resolve("postgres"), binaries, Place.freePort());
    Database database = new Database(server);
    Thread atExit = new Thread(server::close, "end-postgres");
    Runtime.getRuntime().addShutdownHook(atExit);
    server.start();
    server.createDatabase(NAME);
    Migrations.migrate(
        database.jdbcUrl(),
        PostgresServer.SUPERUSER,
        server.secrets().password(PostgresServer.SUPERUSER),
        Migrations.SCHEMA,
        RolePasswords.from(server.secrets()::password));
    return database;
  }

  public String jdbcUrl() {
    return server.jdbcUrl(NAME);
  }

  /** File with the password of a role, such as {@link RolePasswords#WRITER}. */
  public Path passwordFile(String role) {
    return server.secrets().folder().resolve(role);
  }

  /**
   * Processor time that its processes have used; those that have ended are not counted any more.
   */
  public Duration cpu() {
    return server
        .processes()
        .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
        .reduce(Duration.ZERO, Duration::plus);
  }

  /** The one number that a query gives. */
  public long number(String sql) throws SQLException {
    try (Connection connection = server.connect(PostgresServer.SUPERUSER, NAME);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  /** The rows that a query gives, each column as text; none of them may be null. */
  public List<List<String>> rows(String sql) throws SQLException {
    try (Connection connection = server.connect(PostgresServer.SUPERUSER, NAME);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<List<String>> all = new ArrayList<>();
      while (rows.next()) {
        List<String> row = new ArrayList<>();
        for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
          row.add(Objects.requireNonNull(rows.getString(column), sql));
        }
        all.add(row);
      }
      return all;
    }
  }

  /** Does everything as the superuser, in one transaction. */
  public void execute(String... statements) throws SQLException {
    try (Connection connection = server.connect(PostgresServer.SUPERUSER, NAME);
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (String sql : statements) {
        statement.execute(sql);
      }
      connection.commit();
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    server.remove();
  }
}
