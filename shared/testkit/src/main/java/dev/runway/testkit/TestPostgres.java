package dev.runway.testkit;

import dev.runway.postgres.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;
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
      postgres = new TestPostgres(newHome());
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
      remove(home, server);
      ShutdownHooks.forget(this);
      current = null;
    }
  }

  /** Stops and removes the servers of test JVMs that are gone. */
  static void sweep() {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    try (DirectoryStream<Path> left = Files.newDirectoryStream(temporary, PREFIX + "*")) {
      for (Path folder : left) {
        if (isAbandoned(folder)) {
          PostgresServer abandoned = new PostgresServer(folder, binaries(), 1);
          abandoned.running().ifPresent(PostgresServer::stop);
          remove(folder, abandoned);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look for abandoned servers in " + temporary, e);
    }
  }

  private static boolean isAbandoned(Path folder) throws IOException {
    Path owner = folder.resolve("owner");
    if (!Files.isReadable(owner)) {
      return false; // Being made, or another user's.
    }
    String[] words = Files.readString(owner).strip().split(" ", -1);
    Optional<ProcessHandle> process = ProcessHandle.of(Long.parseLong(words[0]));
    return process.filter(found -> started(found).equals(words[1])).isEmpty();
  }

  private static Path newHome() {
    Path home = TemporaryFolder.make(PREFIX);
    try {
      // Passable, for a root whose server must run as another user.
      Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx--x--x"));
      ProcessHandle self = ProcessHandle.current();
      Path owner = Files.writeString(home.resolve("owner.new"), self.pid() + " " + started(self));
      Files.move(owner, home.resolve("owner"));
      return home;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make " + home, e);
    }
  }

  /** A process id alone may have been given to another process since. */
  private static String started(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toString).orElse("unknown");
  }

  private static void remove(Path home, PostgresServer server) {
    Path data = server.dataFolder();
    if (!data.startsWith(home)) {
      Path elsewhere = data.getParent();
      if (elsewhere != null) {
        TemporaryFolder.remove(elsewhere);
      }
    }
    TemporaryFolder.remove(home);
  }

  private static Path binaries() {
    return Repository.root().resolve("local/postgres/target/postgres");
  }
}
