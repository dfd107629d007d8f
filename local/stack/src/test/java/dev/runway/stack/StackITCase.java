package dev.runway.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.runway.demo.stage.Console;
import dev.runway.stack.ComponentState.Status;
import dev.runway.stack.batch.RunsOfAStack;
import dev.runway.stack.cli.StackStart;
import dev.runway.stack.cli.StackStop;
import dev.runway.stack.flink.FlinkRest;
import dev.runway.stack.flink.JobLedger;
import dev.runway.stack.process.MarkedProcesses;
import dev.runway.stack.process.ProcessIdentity;
import dev.runway.stack.supervisor.StackOptions;
import dev.runway.stack.testjob.JobJar;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * A whole stack with one small job. The steps build on each other, because a stack takes its time
 * to start: everything is killed in turn, and at the end nothing may be left.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StackITCase {

  private static final String JOB = "counting";
  private static final String STOPPED = JOB + " stopped with savepoint file:";
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final StackOptions OPTIONS = new StackOptions(OptionalInt.empty(), false);

  @TempDir static Path root;
  private static final Installation CHECKOUT = new Installation(Path.of("../.."));
  private static final Console CONSOLE = new Console(System.out, false);
  private static StackFolder folder;

  @BeforeAll
  static void startWithOneJob() throws Exception {
    // A blank, because not every program that is told a folder takes it as it is written.
    folder = new StackFolder(root.resolve("a stack"));
    assertThat(start()).isTrue();
    StackClient.open(folder)
        .submitJar(JOB, JobJar.write(root.resolve("counting.jar")), 2, List.of());
    awaitCheckpointAfter(0);
  }

  @AfterAll
  static void leaveNothing() throws Exception {
    new StackStop(CHECKOUT, folder, CONSOLE).stop();
  }

  @Test
  @Order(0)
  void controlApi_answersToTheTokenThatOnlyTheOwnerCanRead() throws Exception {
    String address = "http://127.0.0.1:" + state().ports().of(Ports.CONTROL);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.controlToken())))
        .isEqualTo("rw-------");
    String token = Files.readString(folder.controlToken());

    assertThat(askedWith(address, token)).isEqualTo(200);
    assertThat(askedWith(address, "guess")).isEqualTo(401);
    assertThat(Files.readString(folder.log("control-api"))).doesNotContain(token);
  }

  private static int askedWith(String address, String token) throws Exception {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(address + "/v1/me").toURL().openConnection();
    connection.setRequestProperty("Authorization", "Bearer " + token);
    return connection.getResponseCode();
  }

  @Test
  @Order(0)
  void whatADueBatchRunGoesBy_isInItsTopicAndItsTable() throws Exception {
    RunsOfAStack.requireLateLabelsByDay(StackClient.open(folder));
    RunsOfAStack.requireTableOfRuns(StackClient.open(folder));
  }

  @Test
  @Order(1)
  void taskManagerKilled_comesBackAndTheJobGoesOn() throws Exception {
    long checkpoint = lastCheckpoint();
    String job = jobId();

    kill("taskmanager-1");

    awaitBack("taskmanager-1");
    awaitCheckpointAfter(checkpoint);
    assertThat(jobId()).isEqualTo(job);
  }

  @Test
  @Order(2)
  void jobManagerKilled_comesBackWithItsJobs() throws Exception {
    long checkpoint = lastCheckpoint();
    String job = jobId();

    kill("jobmanager");

    awaitBack("jobmanager");
    awaitCheckpointAfter(checkpoint);
    assertThat(jobId()).isEqualTo(job);
  }

  @Test
  @Order(3)
  void brokerPostgresZooKeeperAndControlApiKilled_comeBack() {
    List<String> names = List.of("broker", "postgres", "zookeeper", "control-api");

    names.forEach(StackITCase::kill);

    names.forEach(StackITCase::awaitBack);
  }

  @Test
  @Order(4)
  void supervisorKilled_nextUpAdoptsEverything() throws Exception {
    awaitCheckpointAfter(lastCheckpoint());
    List<Long> before = pids();
    String job = jobId();
    ProcessIdentity supervisor = state().supervisor();
    ProcessHandle.of(supervisor.pid()).orElseThrow().destroyForcibly();
    await().atMost(LIMIT).until(() -> !supervisor.alive());

    assertThat(start()).isTrue();

    assertThat(pids()).isEqualTo(before);
    assertThat(jobId()).isEqualTo(job);
    awaitCheckpointAfter(lastCheckpoint());
  }

  @Test
  @Order(5)
  void powerCutThenStateOfTheNewestCheckpointsGone_goesOnFromAnOlderOneAndSaysSo()
      throws Exception {
    awaitCheckpointAfter(lastCheckpoint() + 1);
    killEverything();
    // Two, because the cut may have come before the high availability store knew the newest.
    List<Path> damaged = checkpointsNewestFirst().subList(0, 2);
    for (Path checkpoint : damaged) {
      deleteAllBut(checkpoint, "_metadata");
    }

    assertThat(start()).isTrue();

    awaitNote("CANNOT BE RESTORED from");
    assertThat(resumedFrom()).contains("chk-");
    assertThat(damaged).noneMatch(checkpoint -> resumedFrom().endsWith(checkpoint.toString()));
    awaitUp("job " + JOB);
    awaitCheckpointAfter(0);
  }

  @Test
  @Order(6)
  void powerCutThenHighAvailabilityFilesDamaged_goesOnFromTheNewestCheckpointAndSaysSo()
      throws Exception {
    awaitCheckpointAfter(lastCheckpoint() + 1);
    killEverything();
    for (Path file : filesIn(folder.data().resolve("flink/ha/runway"))) {
      cut(file);
    }
    Path newest = checkpointsNewestFirst().get(0);

    assertThat(start()).isTrue();

    awaitNote("HIGH AVAILABILITY DATA SET ASIDE in " + folder.data());
    assertThat(resumedFrom()).endsWith(newest.toString());
    for (ComponentState component : state().components()) {
      awaitUp(component.name());
    }
    awaitCheckpointAfter(0);
  }

  @Test
  @Order(7)
  void powerCutThenNewestCheckpointDamaged_resumesFromTheOneBeforeAndSaysSo() throws Exception {
    awaitCheckpointAfter(lastCheckpoint() + 1);
    killEverything();
    // Without the store of the high availability only the retained checkpoints are left.
    TemporaryFiles.delete(folder.data().resolve("zookeeper"));
    TemporaryFiles.delete(folder.data().resolve("flink/ha"));
    Path newest = checkpointsNewestFirst().get(0);
    cut(newest.resolve("_metadata"));

    assertThat(start()).isTrue();

    assertThat(state().notes())
        .anyMatch(note -> note.contains("SKIPPED " + newest))
        .anyMatch(note -> note.contains("resumes from the older"));
    assertThat(resumedFrom()).contains("chk-").doesNotContain(newest.toString());
    awaitCheckpointAfter(0);
  }

  @Test
  @Order(8)
  void down_takesASavepointAndLeavesNoProcess() throws Exception {
    assertThat(new StackStop(CHECKOUT, folder, CONSOLE).stop()).isTrue();

    assertThat(MarkedProcesses.find(folder.marks())).isEmpty();
    assertThat(state().phase()).isEqualTo(StackState.Phase.STOPPED);
    assertThat(state().supervisorAlive()).isFalse();
    assertThat(state().notes()).anyMatch(note -> note.startsWith(STOPPED));
  }

  @Test
  @Order(9)
  void upAfterDown_resumesFromTheSavepoint() throws Exception {
    String savepoint =
        state().notes().stream()
            .filter(note -> note.startsWith(STOPPED))
            .map(note -> Path.of(note.substring(STOPPED.length())).getFileName().toString())
            .findFirst()
            .orElseThrow();

    assertThat(start()).isTrue();

    assertThat(resumedFrom()).contains(savepoint);
    awaitCheckpointAfter(0);
  }

  private static boolean start() throws IOException, InterruptedException {
    return new StackStart(CHECKOUT, folder, CONSOLE).start(OPTIONS);
  }

  private static StackState state() {
    return StackState.read(folder).orElseThrow();
  }

  private static String jobId() {
    return StackClient.open(folder).jobId(JOB).orElseThrow();
  }

  private static List<Long> pids() {
    return state().components().stream().map(ComponentState::pid).toList();
  }

  private static void kill(String component) {
    long pid = state().component(component).orElseThrow().pid();
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
  }

  private static void awaitBack(String component) {
    await()
        .atMost(LIMIT)
        .until(
            () -> state().component(component).orElseThrow(),
            now -> now.restarts() >= 1 && now.status() == Status.RUNNING);
  }

  /** {@code start} returns also when a job is late, and leaves it to the supervisor. */
  private static void awaitUp(String component) {
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(state().component(component).orElseThrow())
                    .as(() -> state().toString())
                    .matches(ComponentState::up, "is up"));
  }

  private static void awaitNote(String part) {
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(state().notes())
                    .as(() -> state().toString())
                    .anyMatch(note -> note.contains(part)));
  }

  private static long lastCheckpoint() throws IOException, InterruptedException {
    return StackClient.open(folder)
        .lastCheckpoint(jobId())
        .map(FlinkRest.Checkpoint::id)
        .orElse(0L);
  }

  /** Checkpoint numbers go on after a recovery, so a higher one proves that the state was kept. */
  private static void awaitCheckpointAfter(long checkpoint) {
    await().atMost(LIMIT).ignoreExceptions().until(() -> lastCheckpoint() > checkpoint);
  }

  private static String resumedFrom() {
    return String.valueOf(new JobLedger(folder).byName(JOB).orElseThrow().resumedFrom());
  }

  /** The supervisor first, so that it brings nothing back. */
  private static void killEverything() {
    ProcessHandle.of(state().supervisor().pid()).orElseThrow().destroyForcibly();
    await().atMost(LIMIT).until(() -> !state().supervisorAlive());
    MarkedProcesses.find(folder.marks())
        .forEach(
            process -> ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroyForcibly));
    await().atMost(LIMIT).until(() -> MarkedProcesses.find(folder.marks()).isEmpty());
  }

  private static List<Path> checkpointsNewestFirst() throws IOException {
    try (Stream<Path> all = Files.walk(folder.data().resolve("flink/checkpoints"))) {
      return all.filter(file -> file.endsWith("_metadata"))
          .sorted(Comparator.comparingLong((Path file) -> file.toFile().lastModified()).reversed())
          .map(Path::getParent)
          .toList();
    }
  }

  private static List<Path> filesIn(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  private static void deleteAllBut(Path folder, String kept) throws IOException {
    int deleted = 0;
    for (Path file : filesIn(folder)) {
      if (!file.endsWith(kept)) {
        Files.delete(file);
        deleted++;
      }
    }
    assertThat(deleted).isPositive();
  }

  private static void cut(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(Files.size(file) / 2);
    }
  }
}
