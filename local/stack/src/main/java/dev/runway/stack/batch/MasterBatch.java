package dev.runway.stack.batch;

import dev.runway.demo.stage.Console;
import dev.runway.demo.stage.Interruption;
import dev.runway.model.ModelDocument;
import dev.runway.model.Topic;
import dev.runway.postgres.PostgresServer;
import dev.runway.sql.RolePasswords;
import dev.runway.stack.Ports;
import dev.runway.stack.StackClient;
import dev.runway.stack.flink.FlinkConfiguration;
import dev.runway.stack.flink.FlinkRest;
import dev.runway.stack.flink.JobArguments;
import dev.runway.stack.flink.JobLedger;
import dev.runway.stack.flink.JobOperations;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * A batch run of a namespace's groundtruth-join over its archive, from the wait for the archive to
 * the report. The jar, the parallelism and all terms are those of the stream, so that the two views
 * differ in nothing else.
 */
public final class MasterBatch {
  private static final String JOIN = "groundtruth-join";
  private static final String TABLES = "result-tables";

  /** Defaults of the job's own options. */
  private static final Duration LONGEST_WINDOW = Duration.ofDays(1);

  private static final Duration FLUSH_AFTER = Duration.ofHours(1);

  private final StackClient client;
  private final String namespace;
  private final InstantSource clock;
  private final Console console;

  /**
   * @param clock says which days are over; events have times of their own
   */
  public MasterBatch(StackClient client, String namespace, InstantSource clock, Console console) {
    this.client = client;
    this.namespace = namespace;
    this.clock = clock;
    this.console = console;
  }

  /**
   * What a run goes by.
   *
   * @param stream how the stream was submitted
   * @param models newest documents
   * @param late late outcomes that are reported by now
   * @param complete whether the archive has all of these, for the stream runs and was waited for
   */
  private record Ready(
      JobLedger.Entry stream,
      LocalArchive archive,
      Map<String, ModelDocument> models,
      LateOutcomes late,
      boolean complete) {

    /** What a run knows of them: without the wait some may not be in its files. */
    LateOffsets given() {
      return complete ? late.ends() : LateOffsets.NONE;
    }
  }

  /**
   * Gives some days.
   *
   * @param all whether every difference is printed
   * @throws IOException when it cannot be run or fails, with the reason
   */
  public void run(BatchDays days, boolean all) throws IOException, InterruptedException {
    inTurn(
        turn -> {
          Ready ready = prepare();
          requireDays(ready.archive(), days);
          ArchiveUse use = ArchiveUse.of(ready.archive().root());
          try {
            run(ready, days, all, turn);
          } finally {
            use.end();
          }
          return true;
        });
  }

  /**
   * Gives the days that are due: those whose last word can be said, and that no run has given with
   * the labels that are known now.
   *
   * @return whether any was due
   * @throws IOException when it cannot be run or fails, with the reason
   */
  public boolean runDue(boolean all) throws IOException, InterruptedException {
    return inTurn(turn -> runDue(all, turn));
  }

  private boolean runDue(boolean all, MasterTurn turn) throws IOException, InterruptedException {
    // Else its days would count as said without the labels that it has not written yet.
    requireRunning(JOIN, "labels that it has not written to its archive would be left out");
    Ready ready = prepare();
    List<BatchDays> due =
        DueDays.of(
            words(ready),
            clock.instant(),
            ready.archive().coveredThrough().orElse(Instant.MIN),
            told(MasterRuns::all),
            ready.late().byDay());
    if (due.isEmpty()) {
      told(
          runs -> {
            runs.looked(clock.instant());
            return true;
          });
      console.line("no day is due");
      return false;
    }
    console.line("due: " + due.stream().map(BatchDays::toString).collect(Collectors.joining(", ")));
    ArchiveUse use = ArchiveUse.of(ready.archive().root());
    try {
      for (BatchDays days : due) {
        run(ready, days, all, turn);
      }
    } finally {
      use.end();
    }
    return true;
  }

  private Ready prepare() throws IOException, InterruptedException {
    JobLedger.Entry stream = submission(JOIN);
    LocalArchive archive = archive(stream);
    requireRunning(TABLES, "nothing would bring the master readings into the tables");
    requireAlone();
    // Before the wait: what is reported by now lies in files behind it.
    LateOutcomes late = LateOutcomes.read(client.bootstrapServers(), namespace);
    boolean complete = awaitArchive(stream);
    return new Ready(
        stream, archive, ModelDocuments.read(client.bootstrapServers(), namespace), late, complete);
  }

  private static Map<LocalDate, DueDays.Word> words(Ready ready) throws IOException {
    Map<LocalDate, DueDays.Word> words = new TreeMap<>();
    for (LocalDate day : ready.archive().days()) {
      BatchDays one = new BatchDays(day, day);
      Instant settled = one.end();
      Instant needed = one.end();
      for (ModelDocument document : documents(ready, one)) {
        settled = later(settled, Settled.at(one, document));
        needed = later(needed, Settled.neededThrough(one, document));
      }
      words.put(day, new DueDays.Word(settled, needed));
    }
    return words;
  }

  /** Those of the models that have predictions on these days. */
  private static Collection<ModelDocument> documents(Ready ready, BatchDays days)
      throws IOException {
    Map<String, ModelDocument> documents = new TreeMap<>(ready.models());
    documents.keySet().retainAll(ready.archive().models(days, documents.keySet()));
    return documents.values();
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private void run(Ready ready, BatchDays days, boolean all, MasterTurn turn)
      throws IOException, InterruptedException {
    MasterRun run =
        new MasterRun(
            days,
            clock.instant(),
            ready.archive().coveredThrough().orElse(Instant.EPOCH),
            ready.given(),
            null);
    List<String> arguments = new ArrayList<>(ready.stream().arguments());
    arguments.addAll(days.options());
    arguments.addAll(terms(ready, days));
    JobOperations.Request request =
        new JobOperations.Request(
            JOIN + "-master",
            Path.of(ready.stream().jar()),
            ready.stream().parallelism(),
            arguments);
    String jobId = UUID.randomUUID().toString().replace("-", "");
    // Once more: the wait for the archive, and each range before this one, took their time.
    turn.require();
    requireAlone();
    Interruption.guard(() -> follow(request, days, jobId), () -> client.cancelById(jobId));
    console.line("waiting for the tables");
    new TableTide(client, namespace, group()).await();
    MasterRun.Found found = report(jobId, days, all);
    told(
        runs -> {
          runs.add(run, clock.instant(), found);
          return true;
        });
  }

  private int follow(JobOperations.Request request, BatchDays days, String jobId)
      throws IOException, InterruptedException {
    console.line("submitting the batch job of " + days);
    client.submitBounded(request, jobId);
    new BatchRun(client, jobId, console).await();
    return 0;
  }

  private JobLedger.Entry submission(String job) throws IOException {
    return client
        .submission(instance(job))
        .orElseThrow(
            () -> new IOException("no " + job + " has been started for namespace " + namespace));
  }

  private String instance(String job) {
    return namespace.equals(Topic.LIVE) ? job : job + "-" + namespace;
  }

  private LocalArchive archive(JobLedger.Entry stream) throws IOException {
    String remedy =
        namespace.equals(Topic.LIVE)
            ? "./runway down, then ./runway up, starts one"
            : "only ./runway replay --keep --archive keeps one beside that of " + Topic.LIVE;
    return JobArguments.value(stream.arguments(), JobArguments.ARCHIVE)
        .map(address -> new LocalArchive(FlinkConfiguration.path(address)))
        .orElseThrow(
            () -> new IOException("namespace " + namespace + " keeps no archive: " + remedy));
  }

  private void requireRunning(String job, String otherwise)
      throws IOException, InterruptedException {
    if (!runs(job)) {
      throw new IOException(instance(job) + " does not run, and " + otherwise);
    }
  }

  private boolean runs(String job) throws IOException, InterruptedException {
    Optional<String> id = client.jobId(instance(job));
    return id.isPresent() && client.jobState(id.get()).filter("RUNNING"::equals).isPresent();
  }

  /** Of a run whose program was killed the job may still be at work. */
  private void requireAlone() throws IOException, InterruptedException {
    String name = JOIN + "-" + namespace + "-master-";
    Optional<FlinkRest.Job> other =
        client.jobs().stream()
            .filter(job -> job.name().startsWith(name) && !job.ended())
            .findFirst();
    if (other.isPresent()) {
      throw new IOException(
          "a batch run of " + namespace + " is under way, as job " + other.get().id());
    }
  }

  private boolean awaitArchive(JobLedger.Entry stream) throws IOException, InterruptedException {
    if (!runs(JOIN)) {
      console.line(
          instance(JOIN) + " does not run: what it has not written to its archive is left out");
      return false;
    }
    Duration flushAfter =
        JobArguments.value(stream.arguments(), JobArguments.FLUSH_AFTER)
            .map(Duration::parse)
            .orElse(FLUSH_AFTER);
    console.line(
        "waiting until the archive has what has come by now: "
            + flushAfter.toSeconds()
            + " s and some checkpoints");
    new ArchiveTide(client, instance(JOIN)).await(flushAfter);
    return true;
  }

  private void requireDays(LocalArchive archive, BatchDays days) throws IOException {
    SortedSet<LocalDate> kept = archive.days();
    List<LocalDate> missing = days.each().filter(day -> !kept.contains(day)).toList();
    if (missing.size() == days.each().count()) {
      throw new IOException(
          "the archive of "
              + namespace
              + " has no predictions of "
              + days
              + (kept.isEmpty()
                  ? ", nor of any other day"
                  : "; it has "
                      + kept.size()
                      + " days, first "
                      + kept.first()
                      + ", last "
                      + kept.last()));
    }
    if (!missing.isEmpty()) {
      console.line(
          "no predictions of " + missing.size() + " of these days, first " + missing.get(0));
    }
  }

  /** Says of which models the last word is not due yet; gives what their windows ask for. */
  private List<String> terms(Ready ready, BatchDays days) throws IOException {
    Instant now = clock.instant();
    Duration longest = LONGEST_WINDOW;
    for (ModelDocument model : documents(ready, days)) {
      Instant settled = Settled.at(days, model);
      if (settled.isAfter(now)) {
        console.line(
            "labels of "
                + model.modelId()
                + " are still due: windows whose horizon the archive has not reached are left out;"
                + " run this again after "
                + settled.truncatedTo(ChronoUnit.MINUTES)
                + " for all of them");
      }
      longest = longest.compareTo(model.window()) < 0 ? model.window() : longest;
    }
    return List.of("--runway.batch.longest-window", longest.toString());
  }

  private String group() throws IOException {
    return JobArguments.value(submission(TABLES).arguments(), "--runway.kafka.group")
        .orElse("runway-" + TABLES);
  }

  /** Says where the views differ. */
  private MasterRun.Found report(String jobId, BatchDays days, boolean all)
      throws IOException, InterruptedException {
    Map<String, Long> windows = client.counters(jobId);
    PostgresServer server =
        new PostgresServer(
            client.folder().data().resolve("postgres"),
            client.folder().root().resolve("programs"),
            client.ports().of(Ports.POSTGRES));
    // Readers see one of the two views, and the comparison needs both.
    try (Connection connection = server.connect(PostgresServer.SUPERUSER, JobArguments.DATABASE)) {
      connection.setReadOnly(true);
      connection.setSchema(schema());
      Comparison comparison = Comparison.read(connection, days);
      LeftOut leftOut = LeftOut.of(windows);
      DifferenceReport.lines(comparison, days, schema(), all).forEach(console::line);
      leftOut.lines().forEach(console::line);
      return new MasterRun.Found(
          windows.getOrDefault("windows", 0L),
          leftOut,
          comparison.comparedRows(),
          comparison.differences().size());
    } catch (SQLException e) {
      throw new IOException("cannot compare the views: " + e.getMessage(), e);
    }
  }

  private String schema() {
    return namespace.replace('-', '_');
  }

  private boolean inTurn(InTurn work) throws IOException, InterruptedException {
    try (MasterTurn turn = MasterTurn.take(connect())) {
      return work.done(turn);
    } catch (SQLException e) {
      throw new IOException("cannot ask the database whose turn it is: " + e.getMessage(), e);
    }
  }

  private interface InTurn {
    boolean done(MasterTurn turn) throws IOException, InterruptedException;
  }

  /** Asks or tells the table of runs. */
  private <T> T told(Telling<T> telling) throws IOException {
    try (Connection connection = connect()) {
      return telling.with(new MasterRuns(connection));
    } catch (SQLException e) {
      throw new IOException("cannot read or write the table of runs: " + e.getMessage(), e);
    }
  }

  private Connection connect() throws SQLException, IOException {
    Connection connection =
        DriverManager.getConnection(
            client.jdbcUrl(), RolePasswords.API, client.password(RolePasswords.API));
    connection.setSchema(schema());
    return connection;
  }

  private interface Telling<T> {
    T with(MasterRuns runs) throws SQLException;
  }
}
