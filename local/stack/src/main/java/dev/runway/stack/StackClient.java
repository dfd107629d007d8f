package dev.runway.stack;

import dev.runway.deploy.Topics;
import dev.runway.stack.flink.FlinkRest;
import dev.runway.stack.flink.JobArguments;
import dev.runway.stack.flink.JobCatalogue;
import dev.runway.stack.flink.JobLedger;
import dev.runway.stack.flink.JobOperations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A running stack, seen from another process: addresses, passwords, jobs.
 *
 * <p>Calls about jobs throw {@link IOException} when the JobManager is away; it comes back by
 * itself within seconds, so callers may try again.
 */
public final class StackClient {

  private static final Duration JOB_LIMIT = Duration.ofMinutes(3);

  private final Installation installation;
  private final StackFolder folder;
  private final Ports ports;
  private final FlinkRest rest;
  private final JobOperations operations;

  private StackClient(Installation installation, StackFolder folder, Ports ports) {
    this.installation = installation;
    this.folder = folder;
    this.ports = ports;
    this.rest = new FlinkRest(restUrl(ports));
    this.operations = new JobOperations(installation, folder, rest);
  }

  /**
   * Opens the stack of a folder.
   *
   * @throws StackNotRunning when there is none, with the command that starts one
   */
  public static StackClient open(StackFolder folder) {
    StackState state =
        StackState.read(folder)
            .filter(StackState::supervisorAlive)
            .filter(read -> read.phase() == StackState.Phase.RUNNING)
            .orElseThrow(() -> new StackNotRunning(folder));
    Ports ports = state.ports();
    if (ports == null) {
      throw new StackNotRunning(folder);
    }
    return new StackClient(new Installation(Path.of(state.home())), folder, ports);
  }

  /** No stack runs in the folder. */
  public static final class StackNotRunning extends IllegalStateException {
    StackNotRunning(StackFolder folder) {
      super("no stack is up in " + folder.root() + ": start one with ./runway up");
    }
  }

  public StackFolder folder() {
    return folder;
  }

  public Ports ports() {
    return ports;
  }

  /** {@code host:port} of the broker. */
  public String bootstrapServers() {
    return JobArguments.bootstrapServers(ports);
  }

  /** Without user and password. */
  public String jdbcUrl() {
    return JobArguments.jdbcUrl(ports);
  }

  /** Password of a database role. */
  public String password(String role) throws IOException {
    return Files.readString(folder.secrets().resolve(role)).strip();
  }

  /** Address of Flink's REST interface and web UI. */
  public String restUrl() {
    return restUrl(ports);
  }

  private static String restUrl(Ports ports) {
    return "http://127.0.0.1:" + ports.of(Ports.FLINK_UI);
  }

  /**
   * Submits one more instance of a catalogued job, with empty state, and has the supervisor keep
   * it.
   *
   * @param name name in {@link JobCatalogue}, for example {@code groundtruth-join}
   * @param extraArguments program arguments behind those every job gets; the later one of two equal
   *     options holds, so {@code --runway.namespace x} moves the instance to topics of its own
   * @param instance names this instance, its checkpoints and its line in status; must differ from
   *     every living job's name
   * @return the job id, 32 hex digits
   * @throws IOException when the jar is not built or the cluster refuses the job
   */
  public String submitJob(String name, List<String> extraArguments, String instance)
      throws IOException, InterruptedException {
    JobCatalogue.Entry entry =
        JobCatalogue.entry(name)
            .orElseThrow(() -> new IllegalArgumentException("no job is called " + name));
    Path jar =
        installation
            .jobJar(name)
            .orElseThrow(
                () ->
                    new IOException("jobs/" + name + " is not built: ./mvnw -DskipTests package"));
    List<String> arguments = JobArguments.of(folder, ports, entry, extraArguments);
    return submitJar(instance, jar, entry.parallelism(), arguments);
  }

  /** Submits any job jar with exactly these program arguments; see {@link #submitJob}. */
  public String submitJar(String instance, Path jar, int parallelism, List<String> arguments)
      throws IOException, InterruptedException {
    return operations
        .submitFresh(new JobOperations.Request(instance, jar, parallelism, arguments))
        .jobId();
  }

  /** What was last submitted under a name. */
  public Optional<JobLedger.Entry> submission(String instance) {
    return operations.ledger().byName(instance);
  }

  /**
   * Submits a job that ends by itself; nobody keeps it.
   *
   * @param jobId 32 hex digits that no other job has
   */
  public void submitBounded(JobOperations.Request request, String jobId)
      throws IOException, InterruptedException {
    operations.submitBounded(request, jobId);
  }

  /** How far a job is; empty when the cluster does not know it. */
  public Optional<FlinkRest.Progress> progress(String jobId)
      throws IOException, InterruptedException {
    return rest.progress(jobId);
  }

  /** The whole numbers that a job that has ended has counted, by name. */
  public Map<String, Long> counters(String jobId) throws IOException, InterruptedException {
    return rest.counters(jobId);
  }

  /** The innermost cause of what last failed a job. */
  public Optional<String> lastCause(String jobId) throws IOException, InterruptedException {
    return rest.lastCause(jobId);
  }

  /** Cancels a job by its id; fine when it has ended. */
  public void cancelById(String jobId) throws IOException, InterruptedException {
    if (rest.job(jobId).filter(job -> !job.ended()).isPresent()) {
      operations.cancel(jobId, JOB_LIMIT);
    }
  }

  /**
   * Cancels the job of a name, in whatever state it is, and has the supervisor leave it; does
   * nothing when there never was one.
   */
  public void cancelJob(String instance) throws IOException, InterruptedException {
    operations.cancelNamed(instance, JOB_LIMIT);
  }

  /** Every job the cluster knows, also ended ones. */
  public List<FlinkRest.Job> jobs() throws IOException, InterruptedException {
    return rest.jobs();
  }

  /** Flink's name of a job's state; empty when the cluster does not know the job. */
  public Optional<String> jobState(String jobId) throws IOException, InterruptedException {
    return rest.job(jobId).map(FlinkRest.Job::state);
  }

  /** Whether all tasks of a job run, so that events flow. */
  public boolean allTasksRun(String jobId) throws IOException, InterruptedException {
    return rest.allTasksRun(jobId);
  }

  /** The id under which a name was last submitted; a job brought back has a new one. */
  public Optional<String> jobId(String instance) {
    return operations.ledger().byName(instance).map(JobLedger.Entry::jobId);
  }

  /** The newest checkpoint a job has completed in this run. */
  public Optional<FlinkRest.Checkpoint> lastCheckpoint(String jobId)
      throws IOException, InterruptedException {
    return rest.lastCheckpoint(jobId);
  }

  /** First line of the exception that last failed a job. */
  public Optional<String> lastException(String jobId) throws IOException, InterruptedException {
    return rest.lastException(jobId);
  }

  /** Creates the catalogue's topics in another namespace, where they are missing. */
  public int createTopics(String namespace) throws IOException, InterruptedException {
    try {
      return new Topics(bootstrapServers()).create(namespace);
    } catch (java.util.concurrent.ExecutionException e) {
      throw new IOException("cannot create the topics of " + namespace + ": " + e.getCause(), e);
    }
  }
}
