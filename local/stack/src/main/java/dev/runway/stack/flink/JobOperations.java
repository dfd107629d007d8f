package dev.runway.stack.flink;

import dev.runway.stack.Installation;
import dev.runway.stack.StackFolder;
import dev.runway.stack.TemporaryFiles;
import dev.runway.stack.flink.JobLedger.Wish;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Starting and ending jobs, with their ledger kept true. */
public final class JobOperations {

  /** The run it goes on from is among them, and two more for the case that it is damaged. */
  private static final int PAST_RUNS_KEPT = 4;

  private static final Duration CANCEL_LIMIT = Duration.ofSeconds(90);
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

  /**
   * Submits with empty state; what earlier runs of that name left is deleted, or the job would go
   * on from it when it is brought back before its own first checkpoint.
   *
   * @throws IOException when a job of that name lives, or the cluster does not take this one; it is
   *     then left alone
   */
  public JobLedger.Entry submitFresh(Request request) throws IOException, InterruptedException {
    Optional<JobLedger.Entry> earlier = ledger.byName(request.name());
    if (earlier.isPresent() && living(earlier.get().jobId())) {
      throw new IOException(
          "a job " + request.name() + " runs already, as job " + earlier.get().jobId());
    }
    TemporaryFiles.delete(configuration.checkpoints(request.name()));
    TemporaryFiles.delete(configuration.savepoints(request.name()));
    return submit(request, null, Wish.REST);
  }

  /**
   * Submits from the newest readable checkpoint or savepoint of that name, with empty state when
   * there is none.
   *
   * @return what was taken and what was skipped
   */
  public List<String> submitResumed(Request request) throws IOException, InterruptedException {
    return submitResumed(request, new HashSet<>());
  }

  /**
   * Same, without the ones that proved bad only when a job was restored from them.
   *
   * @param refused their folders; emptied when no other is left, see {@link Checkpoints#choose}
   */
  public List<String> submitResumed(Request request, Set<Path> refused)
      throws IOException, InterruptedException {
    Checkpoints.Choice choice =
        Checkpoints.choose(
            configuration.checkpoints(request.name()),
            configuration.savepoints(request.name()),
            check,
            refused);
    Optional<String> from = choice.taken().map(FlinkConfiguration::address);
    submit(request, from.orElse(null), Wish.RUN);
    List<String> notes = new ArrayList<>(choice.notes());
    dropObsolete(request.name()).ifPresent(notes::add);
    return notes;
  }

  /**
   * Submits a job over bounded input. It is in no ledger: it ends by itself, and nobody brings it
   * back or stops it with a savepoint.
   *
   * @param jobId chosen beforehand: 32 hex digits, so that whoever is interrupted here can cancel
   *     it
   */
  public void submitBounded(Request request, String jobId)
      throws IOException, InterruptedException {
    JobLedger.Entry entry =
        new JobLedger.Entry(
            request.name(),
            jobId,
            jars.store(request.jar()).toString(),
            request.parallelism(),
            request.arguments(),
            Wish.REST,
            null,
            System.currentTimeMillis());
    try {
      submission.submit(entry);
    } catch (IOException e) {
      if (!arrived(jobId)) {
        throw e;
      }
    }
  }

  /** Leaves a word on what could not be done: the job runs, and that is what matters. */
  private Optional<String> dropObsolete(String job) {
    try {
      for (Path folder :
          Checkpoints.obsolete(
              configuration.checkpoints(job), configuration.savepoints(job), PAST_RUNS_KEPT)) {
        TemporaryFiles.delete(folder);
      }
      return Optional.empty();
    } catch (IOException | RuntimeException e) {
      return Optional.of("cannot delete old checkpoints: " + e);
    }
  }

  private boolean living(String jobId) throws IOException, InterruptedException {
    return rest.job(jobId).filter(job -> !job.ended()).isPresent();
  }

  /** An answer may be lost on its way; a cluster that is away is taken for "no". */
  private boolean arrived(String jobId) throws InterruptedException {
    try {
      return living(jobId);
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * @param onFailure what becomes of the job when the cluster has not taken it
   */
  private JobLedger.Entry submit(Request request, @Nullable String from, Wish onFailure)
      throws IOException, InterruptedException {
    JobLedger.Entry entry =
        new JobLedger.Entry(
            request.name(),
            UUID.randomUUID().toString().replace("-", ""),
            jars.store(request.jar()).toString(),
            request.parallelism(),
            request.arguments(),
            Wish.RUN,
            from,
            System.currentTimeMillis());
    // Under way the supervisor must not take it for missing and submit a second copy; a client
    // that dies here leaves it to the next start.
    ledger.put(entry.wishing(Wish.RESUME));
    try {
      submission.submit(entry);
    } catch (IOException e) {
      if (!arrived(entry.jobId())) {
        decide(entry, onFailure);
        throw e;
      }
    } catch (InterruptedException | RuntimeException e) {
      decide(entry, onFailure);
      throw e;
    }
    if (decide(entry, Wish.RUN) == Wish.REST) {
      // Somebody ended it by its name while it was under way.
      cancel(entry.jobId(), CANCEL_LIMIT);
    }
    return entry;
  }

  /** Ends the time under way, unless somebody has wished something else meanwhile. */
  private Wish decide(JobLedger.Entry submitted, Wish next) throws IOException {
    return ledger
        .update(
            submitted.jobId(), entry -> entry.wish() == Wish.RESUME ? entry.wishing(next) : entry)
        .map(JobLedger.Entry::wish)
        .orElse(Wish.REST);
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
        rest.stopWithSavepoint(jobId, FlinkConfiguration.address(configuration.savepoints(name)));
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

  /**
   * Ends whatever runs under a name; also what is under way, was never taken by the cluster, or is
   * not known to it now.
   */
  public void cancelNamed(String name, Duration limit) throws IOException, InterruptedException {
    Optional<JobLedger.Entry> entry = ledger.updateNamed(name, job -> job.wishing(Wish.REST));
    if (entry.isPresent() && living(entry.get().jobId())) {
      cancel(entry.get().jobId(), limit);
    }
  }

  /** Records what should become of a job. */
  public void wish(String jobId, Wish wish) throws IOException {
    ledger.update(jobId, entry -> entry.wishing(wish));
  }
}
