package dev.runway.stack.erasure;

import dev.runway.demo.stage.Console;
import dev.runway.model.EntityKey;
import dev.runway.model.EntityKeys;
import dev.runway.model.Topic;
import dev.runway.stack.Installation;
import dev.runway.stack.StackClient;
import dev.runway.stack.StackFolder;
import dev.runway.stack.batch.ArchiveTide;
import dev.runway.stack.flink.ArchiveTool;
import dev.runway.stack.flink.EntitySecret;
import dev.runway.stack.flink.FlinkConfiguration;
import dev.runway.stack.flink.FlinkRest;
import dev.runway.stack.flink.JobArguments;
import dev.runway.stack.flink.JobLedger;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Deletes a subject from the archive and the tables of the live topics, or looks for it, and says
 * of every other place when it will be gone. Asked again it finds nothing; cut short anywhere it is
 * taken up by the next run.
 */
public final class SubjectErasure {
  private static final String JOIN = "groundtruth-join";
  private static final String LATE_MEMORY = "--runway.groundtruth.late-memory";

  private static final String DRIFT = "drift-monitor";
  private static final String DRIFT_LATENESS = "--runway.drift.lateness";
  private static final String DRIFT_WINDOW = "--runway.drift.window-tier-";

  /** Defaults of the jobs' own options. */
  private static final Duration DEFAULT_LATE_MEMORY = Duration.ofDays(1);

  private static final Duration DEFAULT_FLUSH_AFTER = Duration.ofHours(1);
  private static final Duration DEFAULT_DRIFT_LATENESS = Duration.ofHours(1);

  /** Of tier 4, the longest. */
  private static final Duration DEFAULT_DRIFT_WINDOW = Duration.ofHours(4);

  private static final int TIERS = 4;

  private final StackClient client;
  private final ArchiveTool archive;
  private final ErasureCall tables;
  private final InstantSource clock;
  private final Console console;

  /**
   * @param api address of the control API
   */
  public SubjectErasure(
      Installation installation, StackClient client, URI api, InstantSource clock, Console console)
      throws IOException {
    this.client = client;
    this.archive = new ArchiveTool(installation, client.folder());
    this.tables = new ErasureCall(api, Files.readString(client.folder().controlToken()).strip());
    this.clock = clock;
    this.console = console;
  }

  /**
   * Deletes it, or looks for it.
   *
   * @param look whether nothing is deleted
   * @return whether nothing is left in any place that can be searched
   */
  public boolean run(String entityId, boolean look) throws IOException, InterruptedException {
    StackFolder folder = client.folder();
    EntityKey key = EntityKeys.read(EntitySecret.file(folder)).of(entityId);
    console.line("subject " + key);
    awaitArchive();
    ArchiveLines said = new ArchiveLines(atArchive(look ? "search" : "forget", key));
    List<Place> places = new ArrayList<>(said.places());
    List<Place> atTables = tables.ask(key, entityId, look, places);
    places.addAll(atTables);
    List<Waiting> waiting = new ArrayList<>(Waiting.topics(Topic.LIVE, clock.instant()));
    waiting.add(Waiting.state(clock.instant(), lateMemory()));
    waiting.add(
        Waiting.windows(
            clock.instant(),
            longestWindow(),
            argument(DRIFT, DRIFT_LATENESS, DEFAULT_DRIFT_LATENESS)));
    ErasureReport report =
        new ErasureReport(
            places,
            said.notes(),
            waiting,
            OldState.folders(new FlinkConfiguration(folder).data(), running()));
    report.lines().forEach(console::line);
    return report.isGone();
  }

  private List<String> atArchive(String verb, EntityKey key)
      throws IOException, InterruptedException {
    if (!Files.isDirectory(client.folder().archive(Topic.LIVE))) {
      return List.of("there is none yet");
    }
    List<String> options =
        List.of(
            "--secret-file",
            EntitySecret.file(client.folder()).toString(),
            "--entity-key",
            key.hex());
    ArchiveTool.Said said = archive.say(Topic.LIVE, verb, options);
    if (said.exit() > 1) {
      said.lines().forEach(console::line);
      throw new IOException("the archive's " + verb + " failed: see above; ask again");
    }
    return said.lines();
  }

  /** What has come by now is to be in files: of rows that wait in the job nobody can say. */
  private void awaitArchive() throws IOException, InterruptedException {
    if (client.jobId(JOIN).filter(running()::contains).isEmpty()) {
      console.line(JOIN + " does not run: what it has not written to its archive is not seen");
      return;
    }
    Duration flushAfter = argument(JOIN, JobArguments.FLUSH_AFTER, DEFAULT_FLUSH_AFTER);
    console.line(
        "waiting until the archive has what has come by now: "
            + flushAfter.toSeconds()
            + " s and some checkpoints");
    new ArchiveTide(client, JOIN).await(flushAfter);
  }

  private Duration lateMemory() {
    return argument(JOIN, LATE_MEMORY, DEFAULT_LATE_MEMORY);
  }

  private Duration longestWindow() {
    Duration longest = DEFAULT_DRIFT_WINDOW;
    for (int tier = 1; tier <= TIERS; tier++) {
      Duration window = argument(DRIFT, DRIFT_WINDOW + tier, Duration.ZERO);
      longest = window.compareTo(longest) > 0 ? window : longest;
    }
    return longest;
  }

  private Duration argument(String job, String option, Duration otherwise) {
    return client
        .submission(job)
        .map(JobLedger.Entry::arguments)
        .flatMap(arguments -> JobArguments.value(arguments, option))
        .map(Duration::parse)
        .orElse(otherwise);
  }

  private Set<String> running() throws IOException, InterruptedException {
    return client.jobs().stream()
        .filter(job -> !job.ended())
        .map(FlinkRest.Job::id)
        .collect(Collectors.toSet());
  }
}
