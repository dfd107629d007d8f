package dev.runway.testkit;

import dev.runway.postgres.PostgresServer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one PostgreSQL of this JVM. Its folder names the JVM, so that whoever starts next can stop
 * and remove the server of a JVM that was killed.
 */
final class TestPostgres implements AutoCloseable {

  private static final String PREFIX = "runway-postgres-test-";

  private static @Nullable TestPostgres current;

  private final Path home;
  private final PostgresServer server;
  private boolean running;

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
