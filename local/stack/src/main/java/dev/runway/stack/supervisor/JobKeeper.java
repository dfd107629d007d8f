package dev.runway.stack.supervisor;

import dev.runway.stack.ComponentState.Status;
import dev.runway.stack.flink.FlinkConfiguration;
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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the jobs of the ledger running. A JobManager that comes back brings its jobs itself,
 * through ZooKeeper; this brings the ones it does not know, from the newest readable checkpoint.
 */
final class JobKeeper implements Runnable {

  private static final Duration POLL = Duration.ofSeconds(1);

  /** Long enough for a JobManager that dies three times before its remedy. */
  private static final Duration ANSWER_LIMIT = Duration.ofMinutes(2);

  /** A second copy of a job is worse than a late one, so one answer without it is not enough. */
  private static final Duration MISSING_LIMIT = Duration.ofSeconds(6);

  /** A full disk or a killed TaskManager may fail a restore or two. */
  private static final Duration RESTORE_LIMIT = Duration.ofSeconds(20);

  private static final Duration CANCEL_LIMIT = Duration.ofSeconds(30);

  private final FlinkRest rest;
  private final JobOperations operations;
  private final StateBoard board;
  private final CountDownLatch stop;
  private final Map<String, Long> missingSince = new HashMap<>();
  private final Map<String, Long> unrestoredSince = new HashMap<>();

  /** By name of the job: checkpoints it could not be restored from, though they look whole. */
  private final Map<String, Set<Path>> refused = new ConcurrentHashMap<>();

  private final Map<String, String> mishaps = new ConcurrentHashMap<>();
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
    Set<Path> bad = refusedOf(request.name());
    for (String note : operations.submitResumed(request, bad)) {
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
        lookWhateverComes();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** No mishap may end the keeping; each is said once, as it may come every second. */
  private void lookWhateverComes() throws InterruptedException {
    try {
      look();
    } catch (RuntimeException e) {
      mishap("the jobs", e);
    }
  }

  private void mishap(String what, RuntimeException mishap) {
    if (!mishap.toString().equals(mishaps.put(what, mishap.toString()))) {
      board.note(what + " cannot be looked after: " + mishap);
    }
  }

  /** Looks at every job once. One look at a time: the start looks too. */
  synchronized void look() throws InterruptedException {
    for (JobLedger.Entry entry : operations.ledger().entries()) {
      if (entry.wish() == Wish.RUN) {
        look(entry);
      } else if (entry.wish() == Wish.REST) {
        board.ended(lineOf(entry.name()), "ended by a client");
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
    } catch (RuntimeException e) {
      mishap(entry.name(), e);
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
      Status status = statusOf(job);
      board.move(line, status, 0, detailOf(job));
      if (status == Status.RUNNING) {
        unrestoredSince.remove(entry.jobId());
      } else if (unrestoredForLong(entry.jobId())) {
        goBack(entry);
      }
    }
  }

  private boolean unrestoredForLong(String jobId) throws IOException, InterruptedException {
    if (!rest.failsToRestore(jobId)) {
      unrestoredSince.remove(jobId);
      return false;
    }
    long now = System.nanoTime();
    return now - unrestoredSince.computeIfAbsent(jobId, id -> now) >= RESTORE_LIMIT.toNanos();
  }

  /** Flink itself tries the newest checkpoint for ever: an older one takes another job. */
  private void goBack(JobLedger.Entry entry) throws IOException, InterruptedException {
    Optional<Path> bad = rest.restoredFrom(entry.jobId()).map(FlinkConfiguration::path);
    bad.ifPresent(folder -> refusedOf(entry.name()).add(folder));
    String why =
        "CANNOT BE RESTORED from "
            + bad.map(Path::toString).orElse("its checkpoint")
            + rest.lastException(entry.jobId()).map(cause -> " (" + cause + ")").orElse("");
    operations.cancel(entry.jobId(), CANCEL_LIMIT);
    board.note(entry.name() + " " + why);
    unrestoredSince.remove(entry.jobId());
    bringBack(entry, why);
  }

  private Set<Path> refusedOf(String job) {
    return refused.computeIfAbsent(job, name -> ConcurrentHashMap.newKeySet());
  }

  /** What last failed a job, in Flink's words or the launcher's. */
  String lastException(String name) throws InterruptedException {
    String fallback = board.component(lineOf(name)).lastError();
    try {
      Optional<JobLedger.Entry> entry = operations.ledger().byName(name);
      Optional<String> told =
          entry.isPresent() ? rest.lastException(entry.get().jobId()) : Optional.empty();
      return told.orElse(fallback == null ? "no exception is known" : fallback);
    } catch (IOException e) {
      return fallback == null ? String.valueOf(e.getMessage()) : fallback;
    }
  }

  private boolean missingForLong(String jobId) {
    long now = System.nanoTime();
    return now - missingSince.computeIfAbsent(jobId, id -> now) >= MISSING_LIMIT.toNanos();
  }

  private void bringBack(JobLedger.Entry entry, String why) throws InterruptedException {
    String name = entry.name();
    boolean wished =
        operations.ledger().byId(entry.jobId()).filter(now -> now.wish() == Wish.RUN).isPresent();
    if (!wished || System.nanoTime() < notBefore.getOrDefault(name, Long.MIN_VALUE)) {
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
