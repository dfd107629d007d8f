package dev.runway.stack.supervisor;

import dev.runway.stack.ComponentState.Status;
import dev.runway.stack.flink.FlinkRest;
import dev.runway.stack.flink.JobLedger;
import dev.runway.stack.flink.JobLedger.Wish;
import dev.runway.stack.flink.JobOperations;
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

  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);

  /** A second copy of a job is worse than a late one, so one answer without it is not enough. */
  private static final Duration MISSING_LIMIT = Duration.ofSeconds(6);

  private final FlinkRest rest;
  private final JobOperations operations;
  private final StateBoard board;
  private final CountDownLatch stop;
  private final Map<String, Long> missingSince = new HashMap<>();
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
    if (known.isPresent() && living(known.get().jobId()).isPresent()) {
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

  /**
   * The job if it lives. Waits for a JobManager that is away: taking it for "no such job" would
   * start a second one beside the first.
   */
  private Optional<FlinkRest.Job> living(String jobId) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + ANSWER_LIMIT.toNanos();
    while (true) {
      try {
        return rest.job(jobId).filter(job -> !job.ended());
      } catch (IOException e) {
        if (System.nanoTime() > deadline || stop.await(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
          throw e;
        }
      }
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
    for (JobLedger.Entry entry : operations.ledger().entries()) {
      if (entry.wish() == Wish.RUN) {
        look(entry);
      }
    }
  }

  private void look(JobLedger.Entry entry) throws InterruptedException {
    board.declareIfNew(lineOf(entry.name()));
    try {
      Optional<FlinkRest.Job> job = rest.job(entry.jobId());
      if (job.isPresent()) {
        missingSince.remove(entry.jobId());
        found(entry, job.get());
      } else if (missingForLong(entry.jobId())) {
        bringBack(entry, "the cluster does not know it");
      }
    } catch (IOException e) {
      // The JobManager is away; its runner says so. Nothing can be concluded about the job.
      missingSince.remove(entry.jobId());
    }
  }

  private void found(JobLedger.Entry entry, FlinkRest.Job job)
      throws IOException, InterruptedException {
    String line = lineOf(entry.name());
    if (job.state().equals("FINISHED")) {
      board.move(line, Status.DONE, 0, "has read all its input");
      operations.wish(entry.jobId(), Wish.REST);
    } else if (job.ended()) {
      bringBack(entry, "it is " + job.state());
    } else {
      board.move(line, statusOf(job), 0, detailOf(job));
    }
  }

  private boolean missingForLong(String jobId) {
    long now = System.nanoTime();
    return now - missingSince.computeIfAbsent(jobId, id -> now) >= MISSING_LIMIT.toNanos();
  }

  private void bringBack(JobLedger.Entry entry, String why) throws InterruptedException {
    String name = entry.name();
    if (System.nanoTime() < notBefore.getOrDefault(name, Long.MIN_VALUE)) {
      return;
    }
    board.died(lineOf(name), why);
    Duration ran =
        Duration.ofMillis(Math.max(0, System.currentTimeMillis() - entry.submittedAtMillis()));
    notBefore.put(name, System.nanoTime() + backoff(name).after(ran).toNanos());
    try {
      resume(
          new JobOperations.Request(
              name, Path.of(entry.jar()), entry.parallelism(), entry.arguments()));
    } catch (IOException e) {
      board.died(lineOf(name), String.valueOf(e.getMessage()));
    }
  }

  private Backoff backoff(String name) {
    return backoffs.computeIfAbsent(
        name,
        key -> new Backoff(Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofMinutes(2)));
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
