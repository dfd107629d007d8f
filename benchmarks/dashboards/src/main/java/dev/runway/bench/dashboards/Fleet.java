package dev.runway.bench.dashboards;

import dev.runway.postgres.PostgresServer;
import dev.runway.sql.Migrations;
import dev.runway.sql.RolePasswords;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** A database of its own, filled with the history of a fleet. */
public final class Fleet implements AutoCloseable {
  private static final String NAME = "bench";

  private final PostgresServer server;

  private Fleet(PostgresServer server) {
    this.server = server;
  }

  /** Starts and migrates it. */
  public static Fleet start(Path folder, Path binaries) throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    PostgresServer server =
        new PostgresServer(folder.resolve("dashboards-postgres"), binaries, port);
    Runtime.getRuntime().addShutdownHook(new Thread(server::close, "end-postgres"));
    server.start();
    server.createDatabase(NAME);
    Migrations.migrate(
        server.jdbcUrl(NAME),
        PostgresServer.SUPERUSER,
        server.secrets().password(PostgresServer.SUPERUSER),
        Migrations.SCHEMA,
        RolePasswords.from(server.secrets()::password));
    return new Fleet(server);
  }

  /** Fills it, and leaves its statistics and its map of visible pages as a quiet night would. */
  public void fill(int models, int metrics, int days) throws SQLException, IOException {
    String sql;
    try (InputStream text = Fleet.class.getResourceAsStream("/fill.sql")) {
      if (text == null) {
        throw new IllegalStateException("no fill.sql");
      }
      sql = new String(text.readAllBytes(), StandardCharsets.UTF_8);
    }
    try (Connection connection = server.connect(PostgresServer.SUPERUSER, NAME);
        Statement statement = connection.createStatement()) {
      for (String part : sql.split("--;;\n", -1)) {
        long begun = System.nanoTime();
        statement.execute(
            part.replace("{models}", Integer.toString(models))
                .replace("{metrics}", Integer.toString(metrics))
                .replace("{days}", Integer.toString(days)));
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        if (took.toSeconds() >= 1) {
          System.err.println(
              took.toSeconds() + " s: " + part.strip().lines().findFirst().orElse(""));
        }
      }
      statement.execute("VACUUM (ANALYZE)");
    }
  }

  /** What is in it, in words. */
  public String size() throws SQLException {
    try (Connection connection = server.connect(PostgresServer.SUPERUSER, NAME);
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT format('%s rows of performance, %s of label coverage, %s of staleness, %s of drift readings,'
                              ' %s commands; %s',
                  (SELECT count(*) FROM runway.performance), (SELECT count(*) FROM runway.label_coverage),
                  (SELECT count(*) FROM runway.staleness), (SELECT count(*) FROM runway.drift_readings),
                  (SELECT count(*) FROM runway.retrain_commands), pg_size_pretty(pg_database_size(current_database())))
                """)) {
      row.next();
      return row.getString(1);
    }
  }

  Connection reader() throws SQLException {
    return server.connect(RolePasswords.READER, NAME);
  }

  @Override
  public void close() throws IOException {
    server.close();
    server.remove();
  }
}
