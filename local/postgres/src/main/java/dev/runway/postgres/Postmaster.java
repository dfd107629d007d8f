package dev.runway.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The server process that works on a data folder, whoever started it. */
final class Postmaster {

  private static final System.Logger LOG = System.getLogger(Postmaster.class.getName());
  private static final Duration FAST_MAX = Duration.ofSeconds(30);
  private static final Duration CHILDREN_MAX = Duration.ofSeconds(10);
  private static final Duration IMMEDIATE_MAX = Duration.ofSeconds(10);

  private Postmaster() {}

  /**
   * The living server of a data folder.
   *
   * <p>The lock file alone proves nothing: after a crash its process id may belong to any program.
   */
  static Optional<ProcessHandle> of(Path data) throws IOException {
    return lockHolder(data).filter(process -> serves(process, data));
  }

  /**
   * Stops the server of a data folder if one is running, and removes a lock file whose process id
   * now belongs to another program: PostgreSQL itself would refuse to start because of it.
   */
  static void clear(Path data) throws IOException {
    Optional<ProcessHandle> holder = lockHolder(data);
    if (holder.isPresent() && serves(holder.get(), data)) {
      LOG.log(System.Logger.Level.INFO, "stopping the PostgreSQL that was left in {0}", data);
      stop(holder.get());
    } else if (holder.isPresent()) {
      Files.deleteIfExists(lockFile(data));
    }
    // Children of a killed server hold its shared memory for a moment, which stops a new one.
    long deadline = System.nanoTime() + CHILDREN_MAX.toNanos();
    Optional<ProcessHandle> child = workerIn(data);
    while (child.isPresent() && System.nanoTime() < deadline) {
      ended(child.get(), Duration.ofMillis(100));
      child = workerIn(data);
    }
  }

  private static Optional<ProcessHandle> workerIn(Path data) {
    return ProcessHandle.allProcesses().filter(process -> worksIn(process, data)).findAny();
  }

  private static boolean worksIn(ProcessHandle process, Path data) {
    try {
      Path proc = Path.of("/proc", Long.toString(process.pid()));
      return Files.readSymbolicLink(proc.resolve("cwd")).equals(data)
          && Files.readSymbolicLink(proc.resolve("exe")).endsWith("postgres");
    } catch (IOException e) {
      return false; // Another user's, or gone.
    }
  }

  /**
   * Ends a server: a fast shutdown, which breaks connections and writes a checkpoint; if that does
   * not end in 30 s an immediate one, which leaves the log to be replayed; at last a kill.
   */
  static void stop(ProcessHandle server) {
    if (end(server, "INT", FAST_MAX) || end(server, "QUIT", IMMEDIATE_MAX)) {
      return;
    }
    if (!end(server, "KILL", IMMEDIATE_MAX)) {
      throw new PostgresException("PostgreSQL, process " + server.pid() + ", cannot be ended");
    }
  }

  private static boolean end(ProcessHandle server, String signal, Duration wait) {
    // Java can only send SIGTERM, which asks PostgreSQL to wait for every client to leave.
    Programs.run(List.of("/bin/sh", "-c", "kill -" + signal + " " + server.pid()));
    return ended(server, wait);
  }

  static boolean ended(ProcessHandle server, Duration wait) {
    try {
      server.onExit().get(wait.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("waiting for a process cannot fail", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PostgresException("interrupted while PostgreSQL was stopping", e);
    }
  }

  private static Optional<ProcessHandle> lockHolder(Path data) throws IOException {
    if (!Files.exists(lockFile(data))) {
      return Optional.empty();
    }
    try {
      long pid = Long.parseLong(Files.readAllLines(lockFile(data)).get(0).strip());
      return ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      return Optional.empty(); // Half written; PostgreSQL says so itself when it starts.
    }
  }

  private static boolean serves(ProcessHandle process, Path data) {
    try {
      byte[] line = Files.readAllBytes(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
      List<String> words = List.of(new String(line, StandardCharsets.UTF_8).split("\0"));
      int folder = words.indexOf("-D");
      return words.get(0).endsWith("postgres")
          && folder >= 0
          && folder + 1 < words.size()
          && data.toString().equals(words.get(folder + 1));
    } catch (IOException e) {
      return false; // It ended while we looked.
    }
  }

  private static Path lockFile(Path data) {
    return data.resolve("postmaster.pid");
  }
}
