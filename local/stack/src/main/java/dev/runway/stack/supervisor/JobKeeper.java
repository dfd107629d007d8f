package dev.runway.stack.supervisor;

import dev.runway.stack.ComponentState.Status;
import dev.runway.stack.flink.FlinkRest;
import dev.runway.stack.flink.JobLedger;
import dev.runway.stack.flink.JobLedger.Wish;
import dev.runway.stack.flink.JobOperations;
import dev.runway.stack.flink.JobSubmission;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the jobs of the ledger running. A JobManager that comes back brings its jobs itself,
 * through ZooKeeper; this brings the ones it does not know, from the newest readable checkpoint.
 */
final class JobKeeper implements Runnable {

  private static final Duration POLL = Duration.ofSeconds(1);

  /** A job must be missing this often in a row: an answer can be older than a submission. */
  private static final int MISSING_BEFORE_RESUBMISSION = 2;

  /** By then a submission has ended, whatever became of its submitter. */
  private static final Duration SUBMISSION_ENDS = JobSubmission.LIMIT.plusSeconds(30);

  private final FlinkRest rest;
  private final JobOperations operations;
  private final StateBoard board;
  private final CountDownLatch stop;
  private final Map<String, Integer> missing = new HashMap<>();
  private final Map<String, Backoff> backoffs = new HashMap<>();
  private final Map<String, Long> notBefore = new HashMap<>();

  JobKeeper(FlinkRest rest, JobOperations operations, StateBoard board, CountDownLatch stop) {
    this.rest = rest;
    this.operations = operations;
    this.board = board;
    this.stop = stop;
  }

  static String lineOf(String job) {
    return "job " + job;
  }

  /** Brings a catalogued job to the wanted jar and arguments, from wherever it stands. */
  void bring(JobOperations.Request request) throws IOException, InterruptedException {
    Optional<JobLedger.Entry> known = operations.ledger().byName(request.name());
    Optional<FlinkRest.Job> living = known.flatMap(entry -> living(entry.jobId()));
    if (known.isPresent() && living.isPresent()) {
      if (!operations.outdated(known.get(), request)) {
        board.note(
            request.name() + " goes on: the JobManager has it as job " + known.get().jobId());
        return;
      }
      board.note(
          request.name()
              + " runs another build or other arguments: stops with a savepoint and starts anew");
      endForUpgrade(request.name(), known.get().jobId());
    }
    resume(request);
  }

  private void endForUpgrade(String name, String jobId) throws IOException, InterruptedException {
    try {
      operations.stopWithSavepoint(name, jobId, Duration.ofSeconds(30));
    } catch (IOException e) {
      board.note(
          name + ": no savepoint (" + e.getMessage() + "); goes on from its newest checkpoint");
      operations.cancel(jobId, Duration.ofSeconds(30));
    }
  }

  private void resume(JobOperations.Request request) throws IOException, InterruptedException {
    board.move(lineOf(request.name()), Status.STARTING, 0, "submitting");
    for (String note : operations.submitResumed(request)) {
      board.note(request.name() + " " + note);
    }
  }

  private Optional<FlinkRest.Job> living(String jobId) {
    try {
      return rest.job(jobId).filter(job -> !job.ended());
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  @Override
  public void run() {
    try {
      while (!stop.await(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Looks at every job once. One look at a time: the start looks too. */
  synchronized void look() throws InterruptedException {
    Map<String, FlinkRest.Job> jobs = new HashMap<>();
    try {
      rest.jobs().forEach(job -> jobs.put(job.id(), job));
    } catch (IOException e) {
      // The JobManager is away; its runner says so. Nothing can be concluded about the jobs.
      return;
    }
    for (JobLedger.Entry entry : operations.ledger().entries()) {
      if (entry.wanted() && !underWay(entry, jobs.get(entry.jobId()))) {
        look(entry, jobs.get(entry.jobId()));
      }
    }
  }

  /** A submitter that was killed never says how it went, so its word is waited for in vain. */
  private static boolean underWay(JobLedger.Entry entry, FlinkRest.@Nullable Job job) {
    long age = System.currentTimeMillis() - entry.submittedAtMillis();
    return entry.wish() == Wish.SUBMIT && job == null && age <= SUBMISSION_ENDS.toMillis();
  }

  private void look(JobLedger.Entry entry, FlinkRest.@Nullable Job job)
      throws InterruptedException {
    String name = entry.name();
    board.declareIfNew(lineOf(name));
    if (job != null && job.state().equals("FINISHED")) {
      board.move(lineOf(name), Status.DONE, 0, "has read all its input");
      wish(entry, Wish.REST);
    } else if (job != null && !job.ended()) {
      missing.remove(name);
      board.move(lineOf(name), statusOf(job), 0, detailOf(job));
    } else if (missing.merge(name, 1, Integer::sum) >= MISSING_BEFORE_RESUBMISSION
        && System.nanoTime() >= notBefore.getOrDefault(name, Long.MIN_VALUE)) {
      bringBack(entry, job);
    }
  }

  private void bringBack(JobLedger.Entry entry, FlinkRest.@Nullable Job job)
      throws InterruptedException {
    String name = entry.name();
    String why = job == null ? "the cluster does not know it" : "it is " + job.state();
    board.died(lineOf(name), why);
    Backoff backoff =
        backoffs.computeIfAbsent(
            name,
            key ->
                new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ofMinutes(2)));
    Duration ran =
        Duration.ofMillis(Math.max(0, System.currentTimeMillis() - entry.submittedAtMillis()));
    notBefore.put(name, System.nanoTime() + backoff.after(ran).toNanos());
    try {
      resume(
          new JobOperations.Request(
              name, Path.of(entry.jar()), entry.parallelism(), entry.arguments()));
      missing.remove(name);
    } catch (IOException e) {
      board.died(lineOf(name), String.valueOf(e.getMessage()));
    }
  }

  private void wish(JobLedger.Entry entry, Wish wish) {
    try {
      operations.wish(entry.jobId(), wish);
    } catch (IOException e) {
      Journal.say("cannot write the job ledger: " + e);
    }
  }

  private Status statusOf(FlinkRest.Job job) throws InterruptedException {
    try {
      boolean running = job.state().equals("RUNNING") && rest.allTasksRun(job.id());
      return running ? Status.RUNNING : Status.STARTING;
    } catch (IOException e) {
      return Status.STARTING;
    }
  }

  private static @Nullable String detailOf(FlinkRest.Job job) {
    return job.state().equals("RUNNING") ? null : "Flink says " + job.state();
  }
}
