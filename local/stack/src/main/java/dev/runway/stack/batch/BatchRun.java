package dev.runway.stack.batch;

import dev.runway.demo.stage.Console;
import dev.runway.stack.StackClient;
import dev.runway.stack.flink.FlinkRest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A submitted batch job, followed to its end. */
final class BatchRun {
  private static final Duration POLL = Duration.ofMillis(500);
  private static final long NANOS_PER_PLAIN_LINE = 5_000_000_000L;

  /** A JobManager that was killed is back, with its jobs, well within it. */
  private static final Duration AWAY_LIMIT = Duration.ofMinutes(2);

  private final StackClient client;
  private final String jobId;
  private final Console console;
  private final long start = System.nanoTime();
  private long lastPlain = start - NANOS_PER_PLAIN_LINE;

  BatchRun(StackClient client, String jobId, Console console) {
    this.client = client;
    this.jobId = jobId;
    this.console = console;
  }

  /**
   * Returns when the job has read and written everything.
   *
   * @throws IOException when it fails or is gone, with the reason
   */
  void await() throws IOException, InterruptedException {
    long lastSeen = System.nanoTime();
    while (true) {
      Optional<FlinkRest.Progress> seen = look();
      if (seen.isPresent()) {
        lastSeen = System.nanoTime();
        FlinkRest.Progress progress = seen.get();
        if (progress.state().equals("FINISHED")) {
          console.lineAbove(line(progress));
          return;
        }
        requireLife(progress.state());
        String why = why(progress.state());
        show(line(progress) + (why.isEmpty() ? "" : ", after " + why));
      } else if (System.nanoTime() - lastSeen > AWAY_LIMIT.toNanos()) {
        throw new IOException(
            "the cluster does not know batch job " + jobId + " any more: ./runway status");
      }
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    }
  }

  private Optional<FlinkRest.Progress> look() throws InterruptedException {
    try {
      return client.progress(jobId);
    } catch (IOException e) {
      // The JobManager is away; it knows the job again when it is back.
      return Optional.empty();
    }
  }

  private void requireLife(String state) throws IOException, InterruptedException {
    if (state.equals("FAILED") || state.equals("CANCELED")) {
      throw new IOException(
          "the batch job is "
              + state
              + client.lastCause(jobId).map(cause -> ": " + cause).orElse("")
              + "\nmore: ./runway logs taskmanager-1, taskmanager-2, jobmanager");
    }
  }

  /** What it is tried again after; the first line says it. */
  private String why(String state) throws InterruptedException {
    try {
      return state.equals("RESTARTING")
          ? client.lastCause(jobId).flatMap(cause -> cause.lines().findFirst()).orElse("")
          : "";
    } catch (IOException e) {
      return "";
    }
  }

  private void show(String line) {
    if (console.isTerminal()) {
      console.redraw(List.of(line));
    } else if (System.nanoTime() - lastPlain >= NANOS_PER_PLAIN_LINE) {
      lastPlain = System.nanoTime();
      console.line(line);
    }
  }

  private String line(FlinkRest.Progress progress) {
    return String.format(
        Locale.ROOT,
        "  %5.1f s  batch job %s: %d of %d steps done",
        (System.nanoTime() - start) / 1e9,
        progress.state().toLowerCase(Locale.ROOT),
        progress.finished(),
        progress.steps());
  }
}
