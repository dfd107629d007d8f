package dev.runway.stack.batch;

import dev.runway.demo.stage.Console;
import dev.runway.demo.stage.Interruption;
import dev.runway.model.ModelDocument;
import dev.runway.model.Topic;
import dev.runway.postgres.PostgresServer;
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
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.UUID;

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
  private final BatchDays days;
  private final Console console;

  public MasterBatch(StackClient client, String namespace, BatchDays days, Console console) {
    this.client = client;
    this.namespace = namespace;
    this.days = days;
    this.console = console;
  }

  /**
   * Runs it.
   *
   * @param all whether every difference is printed
   * @throws IOException when it cannot be run or fails, with the reason
   */
  public void run(boolean all) throws IOException, InterruptedException {
    JobLedger.Entry stream = submission(JOIN);
    LocalArchive archive = archive(stream);
    requireRunning(TABLES, "nothing would bring the master readings into the tables");
    requireAlone();
    awaitArchive(stream);
    requireDays(archive);
    List<String> arguments = new ArrayList<>(stream.arguments());
    arguments.addAll(days.options());
    arguments.addAll(terms(archive));
    JobOperations.Request request =
        new JobOperations.Request(
            JOIN + "-master", Path.of(stream.jar()), stream.parallelism(), arguments);
    String jobId = UUID.randomUUID().toString().replace("-", "");
    Interruption.guard(() -> follow(request, jobId), () -> client.cancelById(jobId));
    console.line("waiting for the tables");
    new TableTide(client, namespace, group()).await();
    report(jobId, all);
  }

  private int follow(JobOperations.Request request, String jobId)
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

  /** Two at once would do no harm, but would take each other's slots and those of a demo. */
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

  private void awaitArchive(JobLedger.Entry stream) throws IOException, InterruptedException {
    if (!runs(JOIN)) {
      console.line(
          instance(JOIN) + " does not run: what it has not written to its archive is left out");
      return;
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
  }

  private void requireDays(LocalArchive archive) throws IOException {
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
  private List<String> terms(LocalArchive archive) throws IOException {
    Map<String, ModelDocument> documents =
        ModelDocuments.read(client.bootstrapServers(), namespace);
    documents.keySet().retainAll(archive.models(days, documents.keySet()));
    Instant now = Instant.now();
    Duration longest = LONGEST_WINDOW;
    for (ModelDocument model : documents.values()) {
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

  private void report(String jobId, boolean all) throws IOException, InterruptedException {
    Map<String, Long> windows = client.counters(jobId);
    PostgresServer server =
        new PostgresServer(
            client.folder().data().resolve("postgres"),
            client.folder().root().resolve("programs"),
            client.ports().of(Ports.POSTGRES));
    String schema = namespace.replace('-', '_');
    // Readers see one of the two views, and the comparison needs both.
    try (Connection connection = server.connect(PostgresServer.SUPERUSER, JobArguments.DATABASE)) {
      connection.setReadOnly(true);
      connection.setSchema(schema);
      Comparison comparison = Comparison.read(connection, days);
      DifferenceReport.lines(comparison, days, schema, all).forEach(console::line);
      LeftOut.of(windows).lines().forEach(console::line);
    } catch (SQLException e) {
      throw new IOException("cannot compare the views: " + e.getMessage(), e);
    }
  }
}
