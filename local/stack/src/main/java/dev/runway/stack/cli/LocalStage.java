package dev.runway.stack.cli;

import dev.runway.demo.drift.DriftWatch;
import dev.runway.demo.stage.Console;
import dev.runway.demo.stage.DemoStack;
import dev.runway.demo.stage.LoopStage;
import dev.runway.postgres.PostgresServer;
import dev.runway.postgres.Secrets;
import dev.runway.sql.Migrations;
import dev.runway.sql.RolePasswords;
import dev.runway.stack.Installation;
import dev.runway.stack.Ports;
import dev.runway.stack.StackClient;
import dev.runway.stack.StackFolder;
import dev.runway.stack.StackState;
import dev.runway.stack.TemporaryFiles;
import dev.runway.stack.flink.EntitySecret;
import dev.runway.stack.flink.FlinkConfiguration;
import dev.runway.stack.flink.JobArguments;
import dev.runway.stack.flink.JobLedger;
import dev.runway.stack.supervisor.NamespaceControl;
import dev.runway.stack.supervisor.StackOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Namespaces of their own in the local stack: what demo and replay play on. */
public final class LocalStage implements LoopStage {
  private static final String DRIFT = "drift-monitor";
  private static final String TABLES = "result-tables";
  private static final String TRIGGER = "retrain-trigger";

  /** All that a namespace may have. */
  private static final List<String> JOBS = List.of("groundtruth-join", DRIFT, TRIGGER, TABLES);

  private static final Duration RUNNING_LIMIT = Duration.ofMinutes(5);
  private static final int DELETIONS = 100;
  private static final Duration POLL = Duration.ofMillis(300);
  private static final long LEAVE_SECONDS = 30;

  /** What is played comes at once and then no more: few files, and a batch need not wait. */
  private static final Duration FLUSH_AFTER = Duration.ofSeconds(2);

  private final Installation installation;
  private final StackFolder folder;
  private final Console console;
  private final boolean archives;

  public LocalStage(Installation installation, StackFolder folder, Console console) {
    this(installation, folder, console, false);
  }

  private LocalStage(
      Installation installation, StackFolder folder, Console console, boolean archives) {
    this.installation = installation;
    this.folder = folder;
    this.console = console;
    this.archives = archives;
  }

  @Override
  public DemoStack archiving() {
    return new LocalStage(installation, folder, console, true);
  }

  @Override
  public void ensureUp() throws IOException, InterruptedException {
    StackStart start = new StackStart(installation, folder, console);
    if (start.running().isPresent()) {
      start.otherBuild().ifPresent(console::line);
      return;
    }
    List<String> missing = new Preflight(installation, folder).missing();
    if (!missing.isEmpty()) {
      throw new IOException("the stack cannot start; missing:\n  " + String.join("\n  ", missing));
    }
    console.line("starting the stack in " + folder.root());
    if (!start.start(new StackOptions(OptionalInt.empty(), true))) {
      throw new IOException("the stack did not start");
    }
  }

  private StackClient client() {
    return StackClient.open(folder);
  }

  @Override
  public Path folder() {
    return folder.root();
  }

  @Override
  public Path temporaryFolder() throws IOException {
    folder.create();
    return folder.tmp();
  }

  @Override
  public String bootstrapServers() {
    return client().bootstrapServers();
  }

  @Override
  public String flinkUrl() {
    return client().restUrl();
  }

  @Override
  public ControlAccess control() throws IOException {
    Ports ports =
        StackState.read(folder)
            .map(StackState::ports)
            .filter(known -> known.has(Ports.CONTROL))
            .orElseThrow(() -> new IOException("the stack has no control API"));
    return new ControlAccess(URI.create(Addresses.control(ports)), folder.controlToken());
  }

  @Override
  public void makeTopics(String namespace) throws IOException, InterruptedException {
    client().createTopics(namespace);
  }

  @Override
  public TableAccess makeTables(String schema) throws IOException {
    StackClient client = client();
    PostgresServer server = postgres(client);
    drop(server, schema);
    Secrets roles = new Secrets(folder.secrets());
    Migrations.migrate(
        client.jdbcUrl(),
        PostgresServer.SUPERUSER,
        server.secrets().password(PostgresServer.SUPERUSER),
        schema,
        RolePasswords.from(roles::password));
    return new TableAccess(
        client.jdbcUrl() + "?currentSchema=" + schema,
        RolePasswords.READER,
        roles.password(RolePasswords.READER),
        folder.secrets().resolve(RolePasswords.READER));
  }

  @Override
  public void dropTables(String schema) throws IOException {
    drop(postgres(client()), schema);
  }

  private PostgresServer postgres(StackClient client) {
    return new PostgresServer(
        folder.data().resolve("postgres"),
        folder.root().resolve("programs"),
        client.ports().of(Ports.POSTGRES));
  }

  private static void drop(PostgresServer server, String schema) throws IOException {
    // An identifier cannot be a bind parameter; Migrations refuses other names too.
    if (!schema.matches("[a-z][a-z0-9_]{0,62}") || schema.equals(Migrations.SCHEMA)) {
      throw new IOException("no schema of a replay or demo: " + schema);
    }
    try (Connection admin = server.connect(PostgresServer.SUPERUSER, JobArguments.DATABASE);
        Statement statement = admin.createStatement()) {
      statement.execute("DROP SCHEMA IF EXISTS " + schema + " CASCADE");
    } catch (SQLException e) {
      throw new IOException("cannot drop schema " + schema, e);
    }
  }

  @Override
  public void startJobs(String namespace, String schema, @Nullable DriftWatch watch)
      throws IOException, InterruptedException {
    StackClient client = client();
    List<String> jobs =
        JOBS.stream()
            .filter(job -> !job.equals(TRIGGER))
            .filter(job -> watch != null || !job.equals(DRIFT))
            .toList();
    atOnce(jobs, job -> submit(client, job, namespace, schema, watch));
    for (String job : jobs) {
      awaitRunning(client, instance(job, namespace));
    }
  }

  @Override
  public void startAllJobs(String namespace, String schema, DriftWatch watch)
      throws IOException, InterruptedException {
    StackClient client = client();
    atOnce(
        JOBS,
        job -> {
          if (job.equals(TRIGGER)) {
            submitTrigger(client, namespace);
          } else {
            submit(client, job, namespace, schema, watch);
          }
        });
    for (String job : JOBS) {
      awaitRunning(client, instance(job, namespace));
    }
  }

  /** What is done to a job. */
  private interface Step {
    void take(String job) throws IOException, InterruptedException;
  }

  /**
   * Does the same to several jobs, to two at a time: of a submission most is the start of a client,
   * which one core is busy with for seconds, and of an end most is waiting.
   *
   * @throws IOException the first that one of them failed with, when all have ended
   */
  private static void atOnce(List<String> jobs, Step step)
      throws IOException, InterruptedException {
    ExecutorService hands = Executors.newFixedThreadPool(2, LocalStage::daemon);
    try {
      List<Future<Boolean>> all = new ArrayList<>();
      for (String job : jobs) {
        all.add(
            hands.submit(
                () -> {
                  step.take(job);
                  return true;
                }));
      }
      IOException first = null;
      for (Future<Boolean> each : all) {
        try {
          each.get();
        } catch (ExecutionException e) {
          Throwable cause = e.getCause();
          IOException failure =
              cause instanceof IOException io ? io : new IOException(String.valueOf(cause), cause);
          if (first == null) {
            first = failure;
          } else {
            first.addSuppressed(failure);
          }
        }
      }
      if (first != null) {
        throw first;
      }
    } finally {
      hands.shutdownNow();
      // A submission that is left under way unwinds; nobody ends the jobs beside it meanwhile.
      if (!hands.awaitTermination(LEAVE_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("a job that was being started or ended is not left; going on beside it");
      }
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "job");
    thread.setDaemon(true);
    return thread;
  }

  private void submit(
      StackClient client, String job, String namespace, String schema, @Nullable DriftWatch watch)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(arguments(job, namespace, schema));
    if (watch != null && job.equals(DRIFT)) {
      arguments.addAll(arguments(watch));
    }
    client.submitJob(job, arguments, instance(job, namespace));
  }

  @Override
  public void startTrigger(String namespace) throws IOException, InterruptedException {
    StackClient client = client();
    submitTrigger(client, namespace);
    awaitRunning(client, instance(TRIGGER, namespace));
  }

  private void submitTrigger(StackClient client, String namespace)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(arguments(TRIGGER, namespace, ""));
    arguments.addAll(List.of("--runway.trigger.ticks", "READ"));
    // Who writes the ticks has seen the readings: they are in their topics.
    arguments.addAll(List.of("--runway.trigger.tick-wait", "PT0.5S"));
    arguments.addAll(List.of("--runway.events.idle-after", "PT1S"));
    client.submitJob(TRIGGER, arguments, instance(TRIGGER, namespace));
  }

  @Override
  public Control startControl(String namespace, String schema, Map<String, String> settings)
      throws IOException, InterruptedException {
    return control(namespace, schema, settings);
  }

  @Override
  public ControlAccess leavePage(String namespace, String schema)
      throws IOException, InterruptedException {
    Map<String, String> settings = new HashMap<>();
    // What somebody asks for here is kept, and goes nowhere.
    settings.put("runway.control.scheduler", "none");
    settings.put("runway.postgres.pool-size", "4");
    settings.put("runway.control.drain", "PT2S");
    NamespaceControl page = control(namespace, schema, settings);
    return new ControlAccess(page.address(), page.tokenFile());
  }

  private NamespaceControl control(String namespace, String schema, Map<String, String> settings)
      throws IOException, InterruptedException {
    Map<String, String> all = new HashMap<>();
    all.put("runway.postgres.url", client().jdbcUrl());
    all.put("runway.postgres.user", RolePasswords.API);
    all.put(
        "runway.postgres.password-file", folder.secrets().resolve(RolePasswords.API).toString());
    all.put("runway.postgres.schema", schema);
    all.put("runway.kafka.bootstrap-servers", bootstrapServers());
    all.put("runway.namespace", namespace);
    all.put("runway.control.retrains.time", "ticks");
    all.putAll(settings);
    return NamespaceControl.start(installation, folder, namespace, all);
  }

  @Override
  public String processMark() {
    return folder.processMark();
  }

  @Override
  public String driftGroup(String namespace) {
    return group(namespace, DRIFT);
  }

  @Override
  public void restartDrift(String namespace, DriftWatch watch)
      throws IOException, InterruptedException {
    StackClient client = client();
    client.cancelJob(instance(DRIFT, namespace));
    // It writes no tables, so it is told of no schema.
    submit(client, DRIFT, namespace, "", watch);
    awaitRunning(client, instance(DRIFT, namespace));
  }

  private static String group(String namespace, String job) {
    return namespace + "-" + job;
  }

  private List<String> arguments(String job, String namespace, String schema) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--runway.namespace", namespace));
    arguments.addAll(List.of("--runway.kafka.group", group(namespace, job)));
    if (job.equals(TABLES)) {
      arguments.addAll(List.of("--runway.postgres.schema", schema));
      return arguments;
    }
    // 1980 still refuses seconds that were sent as milliseconds.
    arguments.addAll(List.of("--runway.events.earliest", "1980-01-01T00:00:00Z"));
    if (!job.equals(DRIFT) && !job.equals(TRIGGER)) {
      arguments.addAll(List.of("--runway.groundtruth.late-memory", "P30D"));
      if (archives) {
        EntitySecret.draw(folder);
        arguments.addAll(JobArguments.archive(folder, namespace, FLUSH_AFTER));
      }
    }
    return arguments;
  }

  private static List<String> arguments(DriftWatch watch) {
    List<String> arguments = new ArrayList<>();
    for (int tier = 1; tier <= watch.windows().size(); tier++) {
      arguments.add("--runway.drift.window-tier-" + tier);
      arguments.add(watch.window(tier).toString());
    }
    add(arguments, "min-samples", watch.minSamples());
    add(arguments, "top-features", watch.topFeatures());
    add(arguments, "provisional-sample", watch.provisionalSample());
    add(arguments, "truth-lateness", watch.truthLateness());
    add(arguments, "unknown-seasons", watch.unknownSeasons() ? "TOLD" : "IGNORED");
    return arguments;
  }

  private static void add(List<String> arguments, String option, Object value) {
    arguments.add("--runway.drift." + option);
    arguments.add(value.toString());
  }

  private static void awaitRunning(StackClient client, String instance)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + RUNNING_LIMIT.toNanos();
    while (!runs(client, instance)) {
      if (System.nanoTime() > deadline) {
        String id = client.jobId(instance).orElse("");
        throw new IOException(
            instance
                + " does not run after "
                + RUNNING_LIMIT.toSeconds()
                + " s: "
                + client.lastException(id).orElse("./runway status and logs say more"));
      }
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    }
  }

  /** The id is asked for anew each time: a job brought back meanwhile has another one. */
  private static boolean runs(StackClient client, String instance) throws InterruptedException {
    try {
      Optional<String> id = client.jobId(instance);
      return id.isPresent()
          && client.jobState(id.get()).isPresent()
          && client.allTasksRun(id.get());
    } catch (IOException e) {
      // The JobManager is away or does not know the job yet; both pass within the limit.
      return false;
    }
  }

  @Override
  public void stopJobs(String namespace) throws IOException, InterruptedException {
    // First, for it needs neither supervisor nor cluster, and what it starts ends with it.
    NamespaceControl.endLeftOver(folder, namespace);
    StackClient client = client();
    atOnce(JOBS, job -> client.cancelJob(instance(job, namespace)));
  }

  @Override
  public void forgetJobs(String namespace) throws IOException, InterruptedException {
    JobLedger ledger = new JobLedger(folder);
    FlinkConfiguration flink = new FlinkConfiguration(folder);
    for (String job : JOBS) {
      String instance = instance(job, namespace);
      Optional<JobLedger.Entry> entry = ledger.byName(instance);
      if (entry.isPresent()) {
        // Also one that never reached the cluster: the supervisor would submit it once more.
        ledger.put(entry.get().wishing(JobLedger.Wish.REST));
      }
      deletePatiently(flink.checkpoints(instance));
      deletePatiently(flink.savepoints(instance));
    }
    deletePatiently(folder.archive(namespace));
    NamespaceControl.forget(folder, namespace);
  }

  /** The cluster may still be deleting files of its own in it. */
  private static void deletePatiently(Path folder) throws IOException, InterruptedException {
    for (int left = DELETIONS; Files.exists(folder); left--) {
      try {
        TemporaryFiles.delete(folder);
      } catch (FileSystemException e) {
        if (left == 0) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
      }
    }
  }

  @Override
  public List<String> jobTroubles(String namespace) throws IOException, InterruptedException {
    StackClient client = client();
    List<String> troubles = new ArrayList<>();
    for (String job : JOBS) {
      String id = client.jobId(instance(job, namespace)).orElse("");
      if (id.isEmpty() && (job.equals(DRIFT) || job.equals(TRIGGER))) {
        // Not every namespace has these.
        continue;
      }
      String state = client.jobState(id).orElse("unknown to the cluster");
      if (!state.equals("RUNNING")) {
        troubles.add(job + " is " + state);
      }
      client.lastException(id).ifPresent(cause -> troubles.add(job + ": " + cause));
    }
    return troubles;
  }

  private static String instance(String job, String namespace) {
    return job + "-" + namespace;
  }
}
