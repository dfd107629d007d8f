package dev.runway.stack.supervisor;

import dev.runway.deploy.Topics;
import dev.runway.model.Topic;
import dev.runway.stack.Build;
import dev.runway.stack.Installation;
import dev.runway.stack.Ports;
import dev.runway.stack.StackFolder;
import dev.runway.stack.StackState.Phase;
import dev.runway.stack.flink.EntitySecret;
import dev.runway.stack.flink.FlinkConfiguration;
import dev.runway.stack.flink.JobArguments;
import dev.runway.stack.flink.JobCatalogue;
import dev.runway.stack.flink.JobLedger;
import dev.runway.stack.flink.JobLedger.Wish;
import dev.runway.stack.flink.JobOperations;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Starts a stack and keeps it: components side by side, then topics and tables, then jobs; after
 * that it brings back whatever dies until it is told to stop.
 */
final class Supervisor {

  private static final String ZOOKEEPER = "zookeeper";
  private static final String TOPICS = "topics";
  private static final String TABLES = "tables";

  /** Time for a job to be found unrestorable and to be brought back from an older checkpoint. */
  private static final Duration JOB_LIMIT = Duration.ofMinutes(5);

  private final Installation installation;
  private final StackFolder folder;
  private final StackOptions options;
  private final StateBoard board;
  private final Ports ports;
  private final Cluster cluster;
  private final JobOperations operations;
  private final JobKeeper keeper;
  private final Map<String, ComponentRunner> runners = new LinkedHashMap<>();
  private final CountDownLatch stop = new CountDownLatch(1);
  private final CountDownLatch tables = new CountDownLatch(1);

  /** Never interrupted: a process started but not yet written down would be lost. */
  private final ExecutorService watchers = Executors.newCachedThreadPool();

  /** Interrupted by a stop, so that a submission under way ends with it. */
  private final ExecutorService steps = Executors.newCachedThreadPool();

  Supervisor(Installation installation, StackFolder folder, StackOptions options)
      throws IOException {
    this.installation = installation;
    this.folder = folder;
    this.options = options;
    this.board = new StateBoard(folder, installation.home());
    this.ports = new PortChooser(folder).choose(options.portBase());
    board.ports(ports);
    board.build(Build.id(installation));
    new FlinkConfiguration(folder).write(installation, ports);
    this.cluster = new Cluster(installation, folder, ports);
    this.operations = new JobOperations(installation, folder, cluster.rest());
    this.keeper = new JobKeeper(cluster.rest(), operations, board, stop);
    for (Component component : cluster.components()) {
      board.declare(component.name(), component.port());
      runners.put(component.name(), new ComponentRunner(component, folder, board));
    }
    board.declare(TOPICS, 0);
    board.declare(TABLES, 0);
  }

  /** Runs until {@link #stop()}; returns whether the stack started and ended well. */
  boolean run() throws InterruptedException {
    try {
      runners.values().forEach(runner -> watchers.execute(() -> runInTurn(runner)));
      boolean started = start();
      if (started) {
        board.phase(Phase.RUNNING);
        steps.execute(keeper);
        stop.await();
      } else if (stop.getCount() > 0) {
        board.failure("the start failed");
      }
    } finally {
      stop();
      new Shutdown(folder, board, cluster.rest(), operations, List.copyOf(runners.values())).run();
      watchers.shutdown();
    }
    return board.phase() == Phase.STOPPED;
  }

  /** Flink comes after ZooKeeper, without which a JobManager gives up. */
  private void runInTurn(ComponentRunner runner) {
    try {
      if (runner.component().flink()) {
        runner(ZOOKEEPER).awaitFirstReady();
      }
      if (runner.component().needsTables()) {
        tables.await();
      }
      runner.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Asks {@link #run()} to return; safe from any thread, also a second time. */
  void stop() {
    stop.countDown();
    tables.countDown();
    runners.values().forEach(ComponentRunner::stopWatching);
    steps.shutdownNow();
  }

  private boolean start() throws InterruptedException {
    List<Callable<Boolean>> parts = new ArrayList<>();
    for (ComponentRunner runner : runners.values()) {
      parts.add(runner::awaitFirstReady);
    }
    parts.add(this::topics);
    parts.add(this::tables);
    return all(parts) && jobs();
  }

  private boolean topics() throws InterruptedException {
    if (!runner("broker").awaitFirstReady()) {
      return false;
    }
    Topics keeper = new Topics(JobArguments.bootstrapServers(ports));
    return new Step(TOPICS, board, () -> keeper.create(Topic.LIVE) + " created").run(stop);
  }

  private boolean tables() throws InterruptedException {
    if (!runner("postgres").awaitFirstReady()) {
      return false;
    }
    boolean made =
        new Step(TABLES, board, () -> cluster.postgres().migrate() + " migrations applied")
            .run(stop);
    if (made) {
      tables.countDown();
    }
    return made;
  }

  private ComponentRunner runner(String name) {
    ComponentRunner runner = runners.get(name);
    if (runner == null) {
      throw new IllegalStateException("no component is called " + name);
    }
    return runner;
  }

  private boolean jobs() throws InterruptedException {
    List<Callable<Boolean>> parts = new ArrayList<>();
    if (options.jobs()) {
      for (JobCatalogue.Entry entry : JobCatalogue.entries()) {
        board.declareIfNew(JobKeeper.lineOf(entry.name()));
        parts.add(() -> job(entry));
      }
    }
    for (JobLedger.Entry entry : operations.ledger().entries()) {
      if (entry.wish() != Wish.REST && JobCatalogue.entry(entry.name()).isEmpty()) {
        board.declareIfNew(JobKeeper.lineOf(entry.name()));
        // A job of a client that does not come back is told, but is no reason to end the stack.
        parts.add(() -> bring(again(entry)) || stop.getCount() > 0);
      }
    }
    return all(parts);
  }

  private boolean job(JobCatalogue.Entry entry) throws InterruptedException {
    Optional<Path> jar = installation.jobJar(entry.name());
    if (jar.isEmpty()) {
      board.failed(
          JobKeeper.lineOf(entry.name()),
          "its jar is missing: ./mvnw -DskipTests package -pl jobs/" + entry.name() + " -am");
      return false;
    }
    if (entry.keeps() == JobCatalogue.Files.ARCHIVE) {
      EntitySecret.draw(folder);
    }
    List<String> arguments = JobArguments.live(folder, ports, entry);
    return bring(
        new JobOperations.Request(entry.name(), jar.get(), entry.parallelism(), arguments));
  }

  private JobOperations.Request again(JobLedger.Entry entry) {
    return new JobOperations.Request(
        entry.name(),
        Path.of(entry.jar()),
        entry.parallelism(),
        JobArguments.at(ports, entry.arguments()));
  }

  private boolean bring(JobOperations.Request request) throws InterruptedException {
    String line = JobKeeper.lineOf(request.name());
    try {
      keeper.bring(request);
      awaitRunning(request.name());
      return true;
    } catch (IOException e) {
      board.failed(line, String.valueOf(e.getMessage()));
      return false;
    }
  }

  /**
   * So that "up" means that events flow. A job that takes longer is left to the keeper, with a word
   * on it: the rest of the stack is up, and what is wrong is best looked for while it is.
   */
  private void awaitRunning(String job) throws InterruptedException {
    String line = JobKeeper.lineOf(job);
    long deadline = System.nanoTime() + JOB_LIMIT.toNanos();
    do {
      keeper.look();
      if (board.component(line).up()) {
        return;
      }
      if (stop.await(300, TimeUnit.MILLISECONDS)) {
        return;
      }
    } while (System.nanoTime() < deadline);
    board.late(
        line, "does not run after " + JOB_LIMIT.toSeconds() + " s: " + keeper.lastException(job));
  }

  private boolean all(List<Callable<Boolean>> parts) throws InterruptedException {
    CompletionService<Boolean> results = new ExecutorCompletionService<>(steps);
    boolean good = true;
    try {
      parts.forEach(results::submit);
      // The first failure decides: nobody wants to wait for what cannot come up without it.
      for (int done = 0; good && done < parts.size(); done++) {
        good = results.take().get();
      }
    } catch (ExecutionException | RejectedExecutionException e) {
      good = false;
      if (stop.getCount() > 0) {
        board.failure("a start step broke: " + e);
      }
    }
    return good && stop.getCount() > 0;
  }
}
