package dev.runway.stack.batch;

import dev.runway.stack.StackClient;
import dev.runway.stack.flink.FlinkRest;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Waits until everything that a running groundtruth-join has read by now lies in files, and the
 * archive says so. Its rows are bundled until a checkpoint, wait {@code flush-after} at most, and
 * are files behind the checkpoint after that; the checkpoint behind it lets the archive say that it
 * is complete so far.
 */
public final class ArchiveTide {
  private static final Duration POLL = Duration.ofMillis(300);

  /** For the checkpoints themselves; they come every 2 s, and slowly on a busy machine. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final StackClient client;
  private final String instance;

  /**
   * @param instance the job, by the name it was submitted under
   */
  public ArchiveTide(StackClient client, String instance) {
    this.client = client;
    this.instance = instance;
  }

  /**
   * Waits.
   *
   * @param flushAfter how long rows wait at most in the job
   * @throws IOException when the job completes no checkpoints
   */
  public void await(Duration flushAfter) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + flushAfter.plus(PATIENCE).toNanos();
    // The rows are in the job's state behind this one,
    awaitCheckpoint(System.currentTimeMillis(), deadline);
    // have left it when this one comes,
    FlinkRest.Checkpoint left =
        awaitCheckpoint(System.currentTimeMillis() + flushAfter.toMillis(), deadline);
    // are files and counted as complete when the next one is,
    FlinkRest.Checkpoint said = awaitCheckpoint(left.completedAtMillis(), deadline);
    // and what follows a complete checkpoint is surely done when there is another one.
    awaitCheckpoint(said.completedAtMillis(), deadline);
  }

  private FlinkRest.Checkpoint awaitCheckpoint(long afterMillis, long deadline)
      throws IOException, InterruptedException {
    while (true) {
      Optional<FlinkRest.Checkpoint> newest =
          newest().filter(checkpoint -> checkpoint.triggeredAtMillis() > afterMillis);
      if (newest.isPresent()) {
        return newest.get();
      }
      if (System.nanoTime() > deadline) {
        throw new IOException(
            instance
                + " completes no checkpoint, so its archive stands still: see ./runway status");
      }
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    }
  }

  private Optional<FlinkRest.Checkpoint> newest() throws InterruptedException {
    try {
      Optional<String> id = client.jobId(instance);
      return id.isEmpty() ? Optional.empty() : client.lastCheckpoint(id.get());
    } catch (IOException e) {
      // The JobManager is away, and comes back within the limit.
      return Optional.empty();
    }
  }
}
