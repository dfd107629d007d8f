package dev.runway.stack.supervisor;

import dev.runway.stack.ComponentState.Status;
import dev.runway.stack.StackFolder;
import dev.runway.stack.StackState.Phase;
import dev.runway.stack.flink.FlinkRest;
import dev.runway.stack.flink.JobLedger;
import dev.runway.stack.flink.JobLedger.Wish;
import dev.runway.stack.flink.JobOperations;
import dev.runway.stack.process.MarkedProcesses;
import dev.runway.stack.process.ProcessIdentity;
import dev.runway.stack.process.Termination;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Ends a stack: jobs with a savepoint, then the processes, then whatever still carries its mark.
 */
final class Shutdown {

  private static final Duration SAVEPOINT_LIMIT = Duration.ofMinutes(3);
  private static final Duration CANCEL_LIMIT = Duration.ofSeconds(15);
  private static final Duration STRAY_LIMIT = Duration.ofSeconds(5);

  private final StackFolder folder;
  private final StateBoard board;
  private final FlinkRest rest;
  private final JobOperations operations;
  private final Map<String, ComponentRunner> runners;

  Shutdown(
      StackFolder folder,
      StateBoard board,
      FlinkRest rest,
      JobOperations operations,
      List<ComponentRunner> runners) {
    this.folder = folder;
    this.board = board;
    this.rest = rest;
    this.operations = operations;
    this.runners =
        runners.stream().collect(Collectors.toMap(ComponentRunner::name, Function.identity()));
  }

  /** Returns when nothing of the stack runs any more, or says on the board what does. */
  void run() throws InterruptedException {
    board.phase(Phase.STOPPING);
    endJobs();
    endNamespaceControls();
    for (List<String> group : Cluster.endOrder()) {
      inParallel(group.stream().filter(runners::containsKey).map(this::ending).toList());
    }
    endStrays();
    if (board.failure() == null) {
      board.phase(Phase.STOPPED);
    } else {
      board.phase(Phase.FAILED);
    }
  }

  private void endJobs() throws InterruptedException {
    List<JobLedger.Entry> wanted =
        operations.ledger().entries().stream().filter(entry -> entry.wish() == Wish.RUN).toList();
    if (wanted.isEmpty()) {
      return;
    }
    if (!rest.answers()) {
      board.note(
          "the JobManager does not answer: jobs end without a savepoint and go on from their newest checkpoint");
      return;
    }
    inParallel(wanted.stream().map(this::endingJob).toList());
  }

  private Callable<Void> endingJob(JobLedger.Entry job) {
    return () -> {
      String line = JobKeeper.lineOf(job.name());
      board.declareIfNew(line);
      if (rest.job(job.jobId()).filter(found -> !found.ended()).isPresent()) {
        board.move(line, Status.STARTING, 0, "stopping with a savepoint");
        endWithSavepoint(job);
      }
      operations.wish(job.jobId(), Wish.RESUME);
      board.move(line, Status.STOPPED, 0, null);
      return null;
    };
  }

  private void endWithSavepoint(JobLedger.Entry job) throws InterruptedException {
    try {
      String savepoint = operations.stopWithSavepoint(job.name(), job.jobId(), SAVEPOINT_LIMIT);
      board.note(job.name() + " stopped with savepoint " + savepoint);
    } catch (IOException e) {
      board.note(
          job.name()
              + " has NO savepoint ("
              + e.getMessage()
              + "): stopped plainly, goes on from its newest checkpoint");
      cancel(job);
    }
  }

  private void cancel(JobLedger.Entry job) throws InterruptedException {
    try {
      operations.cancel(job.jobId(), CANCEL_LIMIT);
    } catch (IOException e) {
      board.note(job.name() + " could not be cancelled either: " + e.getMessage());
    }
  }

  private Callable<Void> ending(String component) {
    return () -> {
      ComponentRunner runner = runners.get(component);
      if (runner != null && !runner.end()) {
        board.failure(component + " does not end");
      }
      return null;
    };
  }

  /** They use broker and database as the stack's own does. */
  private void endNamespaceControls() throws InterruptedException {
    try {
      NamespaceControl.endAll(folder);
    } catch (IOException | RuntimeException e) {
      board.note("what the control APIs of namespaces have left cannot be deleted: " + e);
    }
  }

  /** Client calls that were under way, and what no pid file named. */
  private void endStrays() throws InterruptedException {
    for (ProcessIdentity stray : MarkedProcesses.find(folder.marks())) {
      board.note("ended process " + stray.pid() + ", which no pid file named");
      if (!Termination.end(stray, STRAY_LIMIT)) {
        board.failure("process " + stray.pid() + " does not end");
      }
    }
  }

  private void inParallel(List<Callable<Void>> tasks) throws InterruptedException {
    if (tasks.isEmpty()) {
      return;
    }
    ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
    try {
      List<Future<Void>> results = new ArrayList<>(threads.invokeAll(tasks));
      for (Future<Void> result : results) {
        result.get();
      }
    } catch (ExecutionException e) {
      board.failure("stopping failed: " + e.getCause());
    } finally {
      threads.shutdown();
    }
  }
}
