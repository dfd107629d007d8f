package dev.runway.control.scheduler.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.runway.control.scheduler.Cancellation;
import dev.runway.control.scheduler.Order;
import dev.runway.control.scheduler.Orders;
import dev.runway.control.scheduler.Progress;
import dev.runway.control.scheduler.Submission;
import dev.runway.testkit.Waits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With real processes. Each run writes a line into {@code starts} when it begins. */
class LocalProcessTest {
  private static final Duration LIMIT = Waits.LONG;
  private static final String BEGIN = "echo $RUNWAY_COMMAND_ID >> ../../starts; ";

  private final Order order = Orders.retrain(1);

  @TempDir Path folder;

  @AfterEach
  void stopAll() {
    for (int i = 1; i <= 3; i++) {
      local("true").cancel(Orders.retrain(i), null);
      kill(Orders.retrain(i));
    }
  }

  private LocalProcess local(String script) {
    return local(script, Duration.ofSeconds(30));
  }

  private LocalProcess local(String script, Duration grace) {
    CommandTemplate template = new CommandTemplate(List.of("sh", "-c", BEGIN + script));
    return new LocalProcess(template, folder.resolve("runs"), List.of(), grace);
  }

  private Path file(Order of, String name) {
    return folder.resolve("runs").resolve(of.id().toString()).resolve(name);
  }

  private List<String> starts() throws IOException {
    Path starts = folder.resolve("starts");
    return Files.exists(starts) ? Files.readAllLines(starts) : List.of();
  }

  /** The whole group, as a power cut would. */
  private void kill(Order of) {
    try {
      String pid = Files.readString(file(of, "process")).split(" ", -1)[0];
      new ProcessBuilder("kill", "-KILL", "--", "-" + pid).start().waitFor();
    } catch (IOException | InterruptedException e) {
      assertThat(e).isInstanceOf(IOException.class); // It never began.
    }
  }

  private static Progress awaitEnd(LocalProcess local, Order of) {
    return await()
        .atMost(LIMIT)
        .until(
            () -> local.look(of, null),
            progress ->
                !(progress instanceof Progress.Running || progress instanceof Progress.Waiting));
  }

  private static void awaitRunning(LocalProcess local, Order of) {
    await().atMost(LIMIT).until(() -> local.look(of, null) instanceof Progress.Running);
  }

  @Test
  void result_isTheLastLineOfStandardOutput() throws Exception {
    LocalProcess local =
        local(
            "cat > ../../stdin; echo training...; "
                + "echo '{\"new_version\": \"2.2.0\", \"cost\": 41.5}'; echo noise >&2");

    assertThat(Orders.submit(local, order))
        .isEqualTo(new Submission.Accepted(order.id().toString()));

    assertThat(awaitEnd(local, order)).isEqualTo(new Progress.Succeeded("2.2.0", 41.5));
    assertThat(Files.readString(folder.resolve("stdin")).strip())
        .isEqualTo(Orders.document(order).toString());
    assertThat(starts()).containsExactly(order.id().toString());
    assertThat(Orders.submit(local, order))
        .isEqualTo(new Submission.Duplicate(order.id().toString()));
    assertThat(starts()).hasSize(1);
  }

  @Test
  void failure_saysItsCodeAndItsLastWords() {
    LocalProcess local = local("echo '{\"cost\": 3}'; echo out of memory >&2; exit 7");
    Orders.submit(local, order);
    assertThat(awaitEnd(local, order))
        .isEqualTo(new Progress.Failed("exit code 7: out of memory", 3.0));

    LocalProcess silent = local("echo '{\"new_version\": 3}'");
    Orders.submit(silent, Orders.retrain(2));
    assertThat(awaitEnd(silent, Orders.retrain(2))).isEqualTo(new Progress.Succeeded(null, null));

    LocalProcess absent =
        new LocalProcess(
            CommandTemplate.of("no-such-program"), folder.resolve("runs"), List.of(), LIMIT);
    Orders.submit(absent, Orders.retrain(3));
    assertThat(awaitEnd(absent, Orders.retrain(3)))
        .isInstanceOfSatisfying(
            Progress.Failed.class,
            failed -> assertThat(failed.reason()).startsWith("exit code 127"));
  }

  @Test
  void apiThatStartsAgain_findsTheRunThatGoesOn_andTheOneThatEnded() throws Exception {
    Path gate = folder.resolve("gate");
    Orders.submit(
        local("while [ ! -e ../../gate ]; do sleep 0.05; done; echo '{\"new_version\": \"3\"}'"),
        order);
    LocalProcess again = local("true");
    awaitRunning(again, order);

    assertThat(Orders.submit(again, order)).isInstanceOf(Submission.Duplicate.class);
    Files.createFile(gate);

    assertThat(awaitEnd(again, order)).isEqualTo(new Progress.Succeeded("3", null));
    assertThat(starts()).hasSize(1);
  }

  @Test
  void hundredHandsAtOnce_startItOnce() throws Exception {
    LocalProcess local = local("echo '{\"new_version\": \"3\"}'");
    ExecutorService threads = Executors.newFixedThreadPool(16);
    List<Callable<Submission>> hands = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      hands.add(() -> Orders.submit(local, order));
    }
    for (Future<Submission> one : threads.invokeAll(hands)) {
      assertThat(one.get()).isInstanceOfAny(Submission.Accepted.class, Submission.Duplicate.class);
    }
    threads.shutdown();

    assertThat(awaitEnd(local, order)).isEqualTo(new Progress.Succeeded("3", null));
    await()
        .atMost(LIMIT)
        .until(() -> ProcessHandle.current().children().noneMatch(child -> isWrapper(child)));
    assertThat(starts()).hasSize(1);
  }

  private static boolean isWrapper(ProcessHandle child) {
    return child.info().commandLine().orElse("").contains("runway-run");
  }

  @Test
  void processThatWasKilled_hasFailed_andIsNotStartedAgain() throws Exception {
    LocalProcess local = local("sleep 600");
    Orders.submit(local, order);
    awaitRunning(local, order);
    await().atMost(LIMIT).until(() -> starts().size() == 1);

    kill(order);

    assertThat(awaitEnd(local, order))
        .isEqualTo(new Progress.Failed("no process runs it, and none left an exit code", null));
    assertThat(Orders.submit(local, order)).isInstanceOf(Submission.Duplicate.class);
    assertThat(starts()).hasSize(1);
  }

  @Test
  void numberThatBelongsToAnotherProcess_isNotTheRun() throws Exception {
    LocalProcess local = local("sleep 600");
    Orders.submit(local, order);
    awaitRunning(local, order);
    kill(order);
    awaitEnd(local, order);

    String ours = Files.readString(Path.of("/proc/self/stat")).split(" ", 2)[0];
    String[] line = Files.readString(file(order, "process")).strip().split(" ", -1);
    Files.writeString(file(order, "process"), ours + " " + line[1] + " " + line[2]);

    assertThat(local.look(order, null)).isInstanceOf(Progress.Failed.class);
    assertThat(local.cancel(order, null)).isEqualTo(Cancellation.ASKED);
    assertThat(ProcessHandle.current().isAlive()).isTrue();
  }

  @Test
  void cancelledRun_endsWithAllThatCameOfIt() throws Exception {
    LocalProcess local = local("sleep 600 & echo $! > ../../child; wait");
    Orders.submit(local, order);
    await().atMost(LIMIT).until(() -> Files.exists(folder.resolve("child")));
    awaitRunning(local, order);

    assertThat(local.cancel(order, null)).isEqualTo(Cancellation.ASKED);

    assertThat(awaitEnd(local, order)).isInstanceOf(Progress.Cancelled.class);
    long child = Long.parseLong(Files.readString(folder.resolve("child")).strip());
    await()
        .atMost(LIMIT)
        .until(() -> !ProcessHandle.of(child).map(ProcessHandle::isAlive).orElse(false));
  }

  @Test
  void runThatDoesNotListen_isKilledAfterItsGrace() {
    LocalProcess local = local("trap '' TERM; while true; do sleep 0.1; done", Duration.ZERO);
    Orders.submit(local, order);
    awaitRunning(local, order);

    assertThat(local.cancel(order, null)).isEqualTo(Cancellation.ASKED);
    assertThat(local.cancel(order, null)).isEqualTo(Cancellation.ASKED);

    assertThat(awaitEnd(local, order)).isInstanceOf(Progress.Cancelled.class);
  }

  @Test
  void runThatHadNotBegun_neverDoesOnceItIsCancelled() throws Exception {
    LocalProcess local = local("true");
    new RunFolder(folder.resolve("runs").resolve(order.id().toString())).prepare("{}");

    assertThat(local.look(order, null)).isEqualTo(new Progress.Waiting());
    assertThat(local.cancel(order, null)).isEqualTo(Cancellation.ASKED);

    assertThat(local.look(order, null)).isInstanceOf(Progress.Cancelled.class);
    assertThat(Orders.submit(local, order)).isInstanceOf(Submission.Duplicate.class);
    assertThat(starts()).isEmpty();
  }

  @Test
  void runThatIsCancelledBeforeItComes_neverBegins() throws Exception {
    LocalProcess local = local("true");
    assertThat(local.look(order, null)).isInstanceOf(Progress.Missing.class);

    assertThat(local.cancel(order, null)).isEqualTo(Cancellation.ASKED);
    assertThat(Orders.submit(local, order)).isInstanceOf(Submission.Duplicate.class);

    assertThat(local.look(order, null)).isInstanceOf(Progress.Cancelled.class);
    assertThat(starts()).isEmpty();
  }

  @Test
  void runThatIsCancelledWhileItsWrapperBegins_isNotOverBeforeTheWrapperIs() throws Exception {
    LocalProcess local = local("true");
    RunFolder run = new RunFolder(folder.resolve("runs").resolve(order.id().toString()));
    run.prepare("{}");
    Files.createDirectory(file(order, "taken")); // As the wrapper does first of all.

    assertThat(local.cancel(order, null)).isEqualTo(Cancellation.ASKED);
    assertThat(local.look(order, null)).isEqualTo(new Progress.Waiting());

    Files.delete(file(order, "taken"));
    Orders.submit(local, order);
    assertThat(awaitEnd(local, order)).isEqualTo(new Progress.Cancelled("stopped, exit code 143"));
    assertThat(starts()).isEmpty();
  }

  @Test
  void runThatNobodyBegan_isGivenUpForGood() throws Exception {
    LocalProcess local = local("true");
    RunFolder run = new RunFolder(folder.resolve("runs").resolve(order.id().toString()));
    run.prepare("{}");
    FileTime longAgo = FileTime.from(Instant.now().minusSeconds(3_600));
    Files.setLastModifiedTime(run.command(), longAgo);

    assertThat(local.look(order, null)).isInstanceOf(Progress.Failed.class);
    Orders.submit(local, order);
    assertThat(starts()).isEmpty();
  }

  @Test
  void folderThatNeverGotItsCommand_isGivenUpForGood() throws Exception {
    LocalProcess local = local("true");
    Path run = Files.createDirectories(folder.resolve("runs").resolve(order.id().toString()));
    assertThat(local.look(order, null)).isEqualTo(new Progress.Waiting());
    Files.setLastModifiedTime(run, FileTime.from(Instant.now().minusSeconds(3_600)));

    assertThat(local.look(order, null)).isInstanceOf(Progress.Failed.class);
    assertThat(Orders.submit(local, order)).isInstanceOf(Submission.Duplicate.class);
    assertThat(starts()).isEmpty();
  }

  @Test
  void wrapperThatStandsStillForTooLong_neverBegins() throws Exception {
    LocalProcess local = local("true");
    new RunFolder(folder.resolve("runs").resolve(order.id().toString())).prepare("{}");
    Path taken = Files.createDirectory(file(order, "taken")); // And then the machine was paused.
    assertThat(local.look(order, null)).isEqualTo(new Progress.Waiting());
    Files.setLastModifiedTime(taken, FileTime.from(Instant.now().minusSeconds(3_600)));

    assertThat(local.look(order, null)).isInstanceOf(Progress.Failed.class);

    Files.delete(taken);
    Orders.submit(local, order);
    await().atMost(LIMIT).until(() -> Files.exists(file(order, "exit")));
    assertThat(starts()).isEmpty();
  }

  @Test
  void processThatCannotBeLookedAt_isNotDead() throws Exception {
    Path proc = Files.createDirectories(folder.resolve("proc"));
    Path boot = Files.createDirectories(proc.resolve("sys/kernel/random")).resolve("boot_id");
    Files.writeString(boot, "b");
    Files.createDirectories(proc.resolve("7").resolve("stat")); // A folder is no file to read.

    assertThatThrownBy(() -> new LiveProcess(7, "1", "b").isAlive(proc))
        .isInstanceOf(IOException.class);
    assertThat(new LiveProcess(8, "1", "b").isAlive(proc)).isFalse();
  }

  /** What has ended there has ended, whoever looks; whether something runs there is not seen. */
  @Test
  void runOfTheSameFolderOnAnotherMachine_isKnownByItsEndAlone() throws Exception {
    LocalProcess local = local("while [ ! -e ../../gate ]; do sleep 0.05; done; exit 7");
    Orders.submit(local, order);
    awaitRunning(local, order);
    String here = local.target(order);
    Order there = at(here.split("@", 2)[0] + "@another");
    Order elsewhere = at("00000000-0000-4000-8000-000000000000@another");

    assertThat(local.has(at(here))).isTrue();
    assertThat(local.has(there)).isFalse();
    assertThat(local.traceOf(there)).isEqualTo(new Progress.Untold());
    Files.createFile(folder.resolve("gate"));
    awaitEnd(local, order);

    assertThat(local.traceOf(there)).isEqualTo(new Progress.Failed("exit code 7", null));
    assertThat(local.traceOf(elsewhere)).isEqualTo(new Progress.Untold());
  }

  /** As a file system that is mounted late, or for a moment not at all. */
  @Test
  void folderThatIsNotThere_isWaitedFor_andNothingInItIsGone() throws Exception {
    LocalProcess local = local("sleep 600");
    Order here = at(local.target(order));
    Orders.submit(local, order);
    awaitRunning(local, order);
    Path aside = Files.move(folder.resolve("runs"), folder.resolve("aside"));
    LocalProcess again = local("sleep 600");

    for (LocalProcess one : List.of(local, again)) {
      assertThat(one.has(here)).isTrue();
      assertThat(one.look(here, null))
          .isInstanceOfSatisfying(
              Progress.Unreachable.class,
              there -> assertThat(there.reason()).contains("is something not mounted?"));
      assertThat(one.cancel(here, null)).isEqualTo(Cancellation.UNREACHABLE);
      assertThatThrownBy(() -> one.target(Orders.retrain(2)))
          .isInstanceOf(UncheckedIOException.class);
    }
    assertThat(folder.resolve("runs")).as("a new one in its place").doesNotExist();
    Files.move(aside, folder.resolve("runs"));

    assertThat(again.look(here, null)).isInstanceOf(Progress.Running.class);
    assertThat(again.target(Orders.retrain(2))).isEqualTo(here.handedInTo());
  }

  @Test
  void folderThatDoesNotComeBack_isAnotherOneAfterAWhile() throws Exception {
    Order here = at(local("true").target(order));
    Files.move(folder.resolve("runs"), folder.resolve("aside"));
    LocalProcess local =
        new LocalProcess(
            CommandTemplate.of("true"),
            folder.resolve("runs"),
            List.of(),
            LIMIT,
            Duration.ZERO,
            System::nanoTime);

    assertThat(local.has(here)).isFalse();
    assertThat(local.traceOf(here)).isEqualTo(new Progress.Untold());
    assertThat(local.target(Orders.retrain(2))).isNotEqualTo(here.handedInTo());

    Files.move(folder.resolve("runs"), folder.resolve("other"));
    Files.move(folder.resolve("aside"), folder.resolve("runs"));
    assertThat(local.has(here)).as("it has come after all").isTrue();
  }

  /** Who dispatches again after an hour has not looked for it in that hour. */
  @Test
  void folderThatIsMissed_isWaitedForAnewByWhoBeginsAnew() throws Exception {
    Order here = at(local("true").target(order));
    AtomicLong nanos = new AtomicLong();
    Duration mount = Duration.ofMinutes(5);
    LocalProcess local =
        new LocalProcess(
            CommandTemplate.of("true"),
            folder.resolve("runs"),
            List.of(),
            LIMIT,
            mount,
            nanos::get);
    Path aside = Files.move(folder.resolve("runs"), folder.resolve("aside"));
    assertThat(local.has(here)).isTrue();
    nanos.addAndGet(mount.toNanos());

    local.begin();

    assertThat(local.has(here)).isTrue();
    assertThat(folder.resolve("runs")).doesNotExist();
    nanos.addAndGet(mount.toNanos());
    assertThat(local.has(here)).as("now it has been looked for").isFalse();
    assertThat(aside).exists();
  }

  /** Nothing is written down for a try that could begin nothing. */
  @Test
  void orderOfAnotherFolder_hasNoTargetHere() throws Exception {
    LocalProcess local = local("true");
    String here = local.target(order);

    assertThat(local.target(at(here))).isEqualTo(here);
    assertThatThrownBy(() -> local.target(at("00000000-0000-4000-8000-000000000000@another")))
        .isInstanceOf(UncheckedIOException.class)
        .cause()
        .hasMessageContaining("is not the folder that it was handed in to");
  }

  private Order at(String place) {
    return new Order(order.id(), order.action(), order.modelId(), place);
  }

  @Test
  void secretsOfTheApi_doNotReachTheCommand() throws Exception {
    LocalProcess local =
        new LocalProcess(
            CommandTemplate.of("env"), folder.resolve("runs"), List.of("RUNWAY_RUN_FOLDER"), LIMIT);
    Orders.submit(local, order);
    awaitEnd(local, order);

    assertThat(Files.readAllLines(file(order, "out.log")))
        .allSatisfy(
            line ->
                assertThat(line)
                    .matches(
                        "(PATH|HOME|USER|LANG|LC_ALL|TZ|TMPDIR|PWD|OLDPWD|SHLVL|_|RUNWAY_.*)=.*"));
  }
}
