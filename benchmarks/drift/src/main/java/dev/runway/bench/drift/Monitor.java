package dev.runway.bench.drift;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.runway.bench.drift.MonitorMain.Status;
import dev.runway.bench.harness.CaseProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process with the job, as whoever has started it sees it. */
final class Monitor implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long STARTS_WITHIN_SECONDS = 120;

  private final Path folder;
  private final Process process;
  private final List<Status> statuses = new ArrayList<>();

  private Monitor(Path folder, Process process) {
    this.folder = folder;
    this.process = process;
    new Thread(this::listen, "listen-to-monitor").start();
  }

  /**
   * Starts one.
   *
   * @param within gets a folder of its own in there
   * @param checkpoint to begin with, or {@link MonitorMain#NO_CHECKPOINT}
   */
  static Monitor start(Path within, String checkpoint, List<String> options) throws IOException {
    Path folder = Files.createTempDirectory(within, "monitor-");
    List<String> arguments = new ArrayList<>(List.of(folder.toString(), checkpoint));
    arguments.addAll(options);
    return new Monitor(folder, CaseProcess.start(MonitorMain.class, arguments));
  }

  private void listen() {
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        Status status = JSON.readValue(line, Status.class);
        synchronized (statuses) {
          statuses.add(status);
          statuses.notifyAll();
        }
      }
    } catch (IOException e) {
      // It was killed.
    }
  }

  /** How far it was, from a time on. */
  List<Status> since(long millis) {
    synchronized (statuses) {
      return statuses.stream().filter(status -> status.atMillis() >= millis).toList();
    }
  }

  /** How far it is: waits for the next word of it. */
  Status next() throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(STARTS_WITHIN_SECONDS);
    synchronized (statuses) {
      int before = statuses.size();
      while (statuses.size() == before) {
        if (!process.isAlive() || System.nanoTime() > deadline) {
          throw new IllegalStateException("the job says nothing any more, see above");
        }
        statuses.wait(100);
      }
      return statuses.get(statuses.size() - 1);
    }
  }

  /** A question about a status. */
  interface Reached {
    boolean by(Status status);
  }

  /**
   * Waits until it is as far.
   *
   * @return the first status that is
   * @throws IllegalStateException if it is not within a time
   */
  Status await(Reached reached, long atMostSeconds) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(atMostSeconds);
    Status status = next();
    while (!reached.by(status)) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "the job was not as far within %d s: %s".formatted(atMostSeconds, status));
      }
      status = next();
    }
    return status;
  }

  /** SIGKILL. */
  void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /** The newest checkpoint that is complete. */
  String newestCheckpoint() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("checkpoints"))) {
      return files
          .filter(file -> Files.exists(file.resolve("_metadata")))
          .max(Comparator.comparingLong(file -> file.toFile().lastModified()))
          .orElseThrow(() -> new IllegalStateException("there is no checkpoint yet"))
          .toUri()
          .toString();
    }
  }

  @Override
  public void close() {
    kill();
  }
}
