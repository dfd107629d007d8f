package dev.runway.stack.flink;

import dev.runway.stack.Installation;
import dev.runway.stack.StackFolder;
import dev.runway.stack.TemporaryFiles;
import dev.runway.stack.flink.JobLedger.Wish;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Starting and ending jobs, with their ledger kept true. */
public final class JobOperations {

  /** The run it goes on from is among them, and two more for the case that it is damaged. */
  private static final int PAST_RUNS_KEPT = 4;

  private static final Duration POLL = Duration.ofMillis(300);

  private final FlinkRest rest;
  private final JobLedger ledger;
  private final JarStore jars;
  private final JobSubmission submission;
  private final FlinkConfiguration configuration;
  private final CheckpointCheck check;

  public JobOperations(Installation installation, StackFolder folder, FlinkRest rest) {
    FlinkJvm jvm = new FlinkJvm(installation, folder);
    this.rest = rest;
    this.ledger = new JobLedger(folder);
    this.jars = new JarStore(folder);
    this.submission = new JobSubmission(jvm);
    this.configuration = jvm.configuration();
    this.check = new CheckpointCheck(installation, jvm);
  }

  /**
   * What to run.
   *
   * @param name unique among living jobs; names its checkpoints
   */
  public record Request(String name, Path jar, int parallelism, List<String> arguments) {}

  public JobLedger ledger() {
    return ledger;
  }

  /** Submits with empty state. */
  public JobLedger.Entry submitFresh(Request request) throws IOException, InterruptedException {
    return submit(request, null, Wish.REST);
  }

  /**
   * Submits from the newest readable checkpoint or savepoint of that name, with empty state when
   * there is none.
   *
   * @return what was taken and what was skipped
   */
  public List<String> submitResumed(Request request) throws IOException, InterruptedException {
    Checkpoints.Choice choice =
        Checkpoints.choose(
            configuration.checkpoints(request.name()),
            configuration.savepoints(request.name()),
            check);
    Optional<String> from = choice.taken().map(path -> path.toUri().toString());
    submit(request, from.orElse(null), Wish.RUN);
    dropObsolete(request.name());
    return choice.notes();
  }

  private void dropObsolete(String job) throws IOException {
    for (Path folder :
        Checkpoints.obsolete(
            configuration.checkpoints(job), configuration.savepoints(job), PAST_RUNS_KEPT)) {
      TemporaryFiles.delete(folder);
    }
  }

  private JobLedger.Entry submit(Request request, @Nullable String from, Wish afterFailure)
      throws IOException, InterruptedException {
    JobLedger.Entry entry =
        new JobLedger.Entry(
            request.name(),
            UUID.randomUUID().toString().replace("-", ""),
            jars.store(request.jar()).toString(),
            request.parallelism(),
            request.arguments(),
            Wish.SUBMIT,
            from,
            System.currentTimeMillis());
    // Before the submission, so that a job is never without its entry; but the keeper must not
    // take it for a lost one meanwhile.
    ledger.put(entry);
    try {
      submission.submit(entry);
    } catch (IOException e) {
      if (!known(entry.jobId())) {
        wish(entry.jobId(), afterFailure);
        throw e;
      }
    }
    wish(entry.jobId(), Wish.RUN);
    return entry.wishing(Wish.RUN);
  }

  /** Whether the cluster has a job although its submission was not answered. */
  private boolean known(String jobId) throws InterruptedException {
    try {
      return rest.job(jobId).isPresent();
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether a living job differs from what would be submitted now: other jar, other arguments. */
  public boolean outdated(JobLedger.Entry living, Request request) throws IOException {
    return !living.jar().equals(jars.store(request.jar()).toString())
        || living.parallelism() != request.parallelism()
        || !living.arguments().equals(request.arguments());
  }

  /**
   * Stops a job with a savepoint in its own folder.
   *
   * @return the savepoint
   * @throws IOException when there is none within the limit; the job may then still run
   */
  public String stopWithSavepoint(String name, String jobId, Duration limit)
      throws IOException, InterruptedException {
    String request =
        rest.stopWithSavepoint(jobId, configuration.savepoints(name).toUri().toString());
    long deadline = System.nanoTime() + limit.toNanos();
    while (System.nanoTime() < deadline) {
      Optional<String> savepoint = rest.savepoint(jobId, request);
      if (savepoint.isPresent()) {
        awaitEnd(jobId, limit);
        return savepoint.get();
      }
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    }
    throw new IOException("no savepoint within " + limit.toSeconds() + " s");
  }

  /** Cancels a job; its retained checkpoints stay. */
  public void cancel(String jobId, Duration limit) throws IOException, InterruptedException {
    rest.cancel(jobId);
    awaitEnd(jobId, limit);
  }

  private void awaitEnd(String jobId, Duration limit) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (System.nanoTime() < deadline) {
      if (rest.job(jobId).map(FlinkRest.Job::ended).orElse(true)) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    }
    throw new IOException("job " + jobId + " has not ended within " + limit.toSeconds() + " s");
  }

  /** Records what should become of a job. */
  public void wish(String jobId, Wish wish) throws IOException {
    Optional<JobLedger.Entry> entry = ledger.byId(jobId);
    if (entry.isPresent()) {
      ledger.put(entry.get().wishing(wish));
    }
  }
}
