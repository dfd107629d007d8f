package dev.runway.testkit;

import dev.runway.postgres.PostgresServer;
import dev.runway.sql.Migrations;
import dev.runway.sql.RolePasswords;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one PostgreSQL of this JVM. Its folder names the JVM, so that whoever starts next can stop
 * and remove the server of a JVM that was killed.
 */
final class TestPostgres implements AutoCloseable {

  private static final String PREFIX = "runway-postgres-test-";
  private static final String MIGRATED = "migrated";

  private static @Nullable TestPostgres current;

  private final Path home;
  private final PostgresServer server;
  private boolean running;
  private boolean migrated;

  private TestPostgres(Path home) {
    this.home = home;
    this.server = new PostgresServer(home, binaries(), FreePort.next());
  }

  /** The running server, started now if need be. */
  static synchronized TestPostgres get() {
    TestPostgres postgres = current;
    if (postgres == null) {
      sweep();
      postgres = new TestPostgres(TemporaryFolder.make(PREFIX));
      ShutdownHooks.closeAtExit(postgres);
      current = postgres;
    }
    postgres.start();
    return postgres;
  }

  PostgresServer server() {
    return server;
  }

  void start() {
    if (!running) {
      server.start();
      running = true;
    }
  }

  /** Makes a database with all tables: a copy of one that is migrated once. */
  synchronized void copyMigrated(String name) throws SQLException {
    if (!migrated) {
      server.createDatabase(MIGRATED);
      Migrations.migrate(
          server.jdbcUrl(MIGRATED),
          PostgresServer.SUPERUSER,
          server.secrets().password(PostgresServer.SUPERUSER),
          Migrations.SCHEMA,
          RolePasswords.from(server.secrets()::password));
      migrated = true;
    }
    try (Connection connection =
            server.connect(PostgresServer.SUPERUSER, PostgresServer.SUPERUSER);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name + " TEMPLATE " + MIGRATED);
    }
  }

  void kill() {
    server.kill();
    running = false;
  }

  @Override
  public void close() {
    synchronized (TestPostgres.class) {
      server.close();
      folders(home, server).forEach(TemporaryFolder::remove);
      ShutdownHooks.forget(this);
      current = null;
    }
  }

  /** Stops and removes the servers of test JVMs that are gone. */
  static void sweep() {
    for (Path folder : TemporaryFolder.abandoned(PREFIX)) {
      PostgresServer abandoned = new PostgresServer(folder, binaries(), 1);
      abandoned.running().ifPresent(PostgresServer::stop);
      folders(folder, abandoned).forEach(TemporaryFolder::sweep);
    }
  }

  /** The server's home, and where its data lies when that is elsewhere. */
  private static List<Path> folders(Path home, PostgresServer server) {
    Path data = server.dataFolder().getParent();
    return data == null || data.equals(home) ? List.of(home) : List.of(data, home);
  }

  private static Path binaries() {
    return Repository.root().resolve("local/postgres/target/postgres");
  }
}
