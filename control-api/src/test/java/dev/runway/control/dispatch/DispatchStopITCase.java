package dev.runway.control.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.runway.control.database.Database;
import dev.runway.control.dispatch.Trace.Step;
import dev.runway.control.options.SchedulerOptions;
import dev.runway.control.scheduler.MaestroDouble;
import dev.runway.control.scheduler.SchedulerDouble.Fault;
import dev.runway.control.scheduler.WebhookDouble;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainCommand.Action;
import dev.runway.testkit.PostgresDatabase;
import dev.runway.testkit.Waits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not to start any more does not, whenever that is said. */
class DispatchStopITCase {
  @RegisterExtension static final PostgresDatabase POSTGRES = new PostgresDatabase();

  private final MaestroDouble maestro = new MaestroDouble();
  private final WebhookDouble webhook = new WebhookDouble("");
  private Fleet fleet;

  @TempDir Path folder;

  @BeforeEach
  void open() {
    fleet = new Fleet(POSTGRES);
  }

  @AfterEach
  void close() throws Exception {
    maestro.close();
    webhook.close();
    fleet.close();
  }

  private SchedulerOptions toMaestro() {
    return fleet.way(
        Map.of(
            "RUNWAY_CONTROL_SCHEDULER", "maestro",
            "RUNWAY_CONTROL_SCHEDULER_URL", maestro.address().toString(),
            "RUNWAY_CONTROL_SCHEDULER_TARGET", "train"));
  }

  private SchedulerOptions toThisMachine() {
    return toProcesses(folder, "false");
  }

  private SchedulerOptions toProcesses(Path runs, String command) {
    return fleet.way(
        Map.of(
            "RUNWAY_CONTROL_SCHEDULER",
            "local",
            "RUNWAY_CONTROL_LOCAL_COMMAND",
            command,
            "RUNWAY_CONTROL_LOCAL_FOLDER",
            runs.toString()));
  }

  private void later(Dispatcher dispatcher) {
    fleet.clock.advance(Duration.ofSeconds(90));
    dispatcher.turn();
  }

  /** A job's command whose first try had no clear answer. */
  private UUID unclear(String model, Dispatcher dispatcher, Fault fault) throws SQLException {
    fleet.model(model, 2);
    UUID id = fleet.receiveFromJob(model, fleet.clock.millis() + 3_600_000);
    maestro.go(fault);
    later(dispatcher);
    assertThat(fleet.state(id)).isEqualTo("UNKNOWN");
    return id;
  }

  @Test
  void killSwitch_letsNothingStartWhoseFirstTryNeverArrived() throws Exception {
    Dispatcher dispatcher = fleet.dispatcher(toMaestro());
    UUID id = unclear("unclear-stopped", dispatcher, Fault.FAIL_BEFORE);
    fleet.killSwitch(null, "KILL_SWITCH_ON", null);

    for (int i = 0; i < 10; i++) {
      later(dispatcher);
    }

    assertThat(maestro.starts()).isEmpty();
    assertThat(fleet.column(id, "state || ' ' || reason")).startsWith("FAILED gone: ");
  }

  @Test
  void killSwitch_letsGoOnWhatTheFirstTryHasStarted() throws Exception {
    Dispatcher dispatcher = fleet.dispatcher(toMaestro());
    UUID id = unclear("unclear-started", dispatcher, Fault.HANG_UP_AFTER);
    fleet.killSwitch(null, "KILL_SWITCH_ON", null);

    later(dispatcher);

    assertThat(fleet.state(id)).isEqualTo("ACCEPTED");
    assertThat(maestro.starts()).containsExactly(id.toString());
  }

  @Test
  void killSwitchThatIsOffAgain_letsTheNextTryStart() throws Exception {
    Dispatcher dispatcher = fleet.dispatcher(toMaestro());
    UUID id = unclear("unclear-resumed", dispatcher, Fault.FAIL_BEFORE);
    fleet.killSwitch("unclear-resumed", "KILL_SWITCH_ON", null);
    later(dispatcher);
    fleet.killSwitch("unclear-resumed", "KILL_SWITCH_OFF", null);

    later(dispatcher);

    assertThat(fleet.state(id)).isEqualTo("ACCEPTED");
    assertThat(maestro.starts()).containsExactly(id.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"cancelled", "late", "stopped"})
  void commandThatIsNotToStart_isNotStartedByTheRoundThatIsUnderWay(String why) throws Exception {
    boolean[] armed = {false};
    UUID[] two = new UUID[2];
    Trace trace =
        step -> {
          if (step == Step.ANSWERED && armed[0]) {
            armed[0] = false;
            stopTheOther(why, two);
          }
        };
    Dispatcher dispatcher = fleet.dispatcher(toMaestro(), trace);
    two[0] = unclear(why + "-0", dispatcher, Fault.FAIL_BEFORE);
    two[1] = unclear(why + "-1", dispatcher, Fault.FAIL_BEFORE);
    armed[0] = true;

    later(dispatcher);

    assertThat(armed[0]).isFalse();
    assertThat(maestro.starts()).hasSize(1);
  }

  @Test
  void commandsWithAnotherScheduler_endByTheirVersionByAPersonOrByTheirTime() throws Exception {
    UUID trained = fleet.granted("elsewhere-trained");
    UUID cancelled = fleet.granted("elsewhere-cancelled");
    UUID endless = fleet.granted("elsewhere-endless");
    fleet.dispatcher(toMaestro()).turn();
    assertThat(maestro.starts()).hasSize(3);
    fleet.expireLease();
    int asked = maestro.requests().size();
    Dispatcher other = fleet.dispatcher(toThisMachine());

    later(other);
    assertThat(fleet.state(trained)).isEqualTo("ACCEPTED");
    fleet.version("elsewhere-trained", "2", trained.toString());
    fleet.receive("elsewhere-cancelled", Action.CANCEL, cancelled.toString(), 0.5);
    later(other);
    assertThat(fleet.column(trained, "state || ' ' || new_version")).isEqualTo("SUCCEEDED 2");
    assertThat(fleet.column(cancelled, "state || ' ' || reason"))
        .startsWith("CANCELLED cancelled: by ")
        .endsWith("it may still run");
    assertThat(fleet.state(endless)).isEqualTo("ACCEPTED");
    fleet.clock.advance(Duration.ofHours(2));
    later(other);

    assertThat(fleet.column(endless, "state || ' ' || reason")).startsWith("TIMED_OUT too_long: ");
    assertThat(maestro.requests()).hasSize(asked);
  }

  @Test
  void runBehindTooManyOthers_isNotSaidToBeGone() throws Exception {
    Dispatcher dispatcher = fleet.dispatcher(toMaestro());
    UUID id = unclear("behind-others", dispatcher, Fault.HANG_UP_AFTER);
    maestro.othersRun("train", 501);
    later(dispatcher);
    assertThat(fleet.column(id, "state || ' ' || reason")).startsWith("ACCEPTED duplicate: ");

    for (int i = 0; i < 10; i++) {
      later(dispatcher);
    }
    assertThat(fleet.state(id)).isEqualTo("ACCEPTED");
    fleet.clock.advance(Duration.ofHours(3));
    later(dispatcher);

    assertThat(fleet.column(id, "state || ' ' || may_run")).isEqualTo("TIMED_OUT true");
    assertThat(maestro.starts()).containsExactly(id.toString());
  }

  /** Two machines are two folders: neither sees what runs in the other's. */
  @Test
  void processOfAnotherMachine_isNotBegunHere_andIsFollowedThere() throws Exception {
    SchedulerOptions there = toProcesses(folder.resolve("there"), "cat");
    SchedulerOptions here = toProcesses(folder.resolve("here"), "cat");
    Files.writeString(
        Files.createDirectories(folder.resolve("here")).resolve("place"), UUID.randomUUID() + "\n");
    UUID running = fleet.granted("machines-running");
    Dispatcher first = fleet.dispatcher(there);
    first.turn();
    UUID marked = fleet.granted("machines-marked");
    Dispatcher mortal =
        fleet.dispatcher(
            there,
            step -> {
              if (step == Step.MARKED) {
                throw new Fleet.PowerCut();
              }
            });
    fleet.expireLease();
    assertThatThrownBy(mortal::turn).isInstanceOf(Fleet.PowerCut.class);
    fleet.expireLease();
    String before = fleet.state(running);

    Dispatcher other = fleet.dispatcher(here);
    for (int i = 0; i < 20; i++) {
      later(other);
    }

    assertThat(fleet.state(running)).isEqualTo(before);
    assertThat(fleet.state(marked)).isEqualTo("UNKNOWN");
    assertThat(folder.resolve("here").resolve(marked.toString())).doesNotExist();
    assertThat(folder.resolve("here").resolve(running.toString())).doesNotExist();
    fleet.expireLease();
    for (UUID id : List.of(running, marked)) {
      fleet.version(fleet.column(id, "model_id"), "2", id.toString());
    }
    await()
        .atMost(Waits.LONG)
        .until(
            () -> {
              fleet.clock.advance(Duration.ofSeconds(2));
              first.turn();
              return fleet.state(running).equals("SUCCEEDED")
                  && fleet.state(marked).equals("SUCCEEDED");
            });
    assertThat(folder.resolve("there").resolve(marked.toString()).resolve("exit")).exists();
  }

  /** As a container does that is made anew on the same volume. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void processOfAMachineThatHasAnotherNameNow_isFollowedByWhatLiesInItsFolder(boolean cancelled)
      throws Exception {
    String script = "sh -c 'while [ ! -e ../gate ]; do sleep 0.05; done; exit 7'";
    Dispatcher before = fleet.dispatcher(toProcesses(folder, script));
    String name = "renamed-" + cancelled;
    UUID ended = fleet.granted(name);
    UUID untold = fleet.granted(name + "-untold");
    before.turn();
    for (UUID id : List.of(ended, untold)) {
      await().atMost(Waits.LONG).until(() -> Files.exists(run(id).resolve("process")));
      fleet.placed(id, "another-machine");
    }
    fleet.expireLease();
    Dispatcher after = fleet.dispatcher(toProcesses(folder, script));
    later(after);
    assertThat(after.unasked()).containsExactlyInAnyOrder(ended, untold);
    assertThat(fleet.state(ended)).isEqualTo("ACCEPTED");

    Files.createFile(folder.resolve("gate"));
    await().atMost(Waits.LONG).until(() -> Files.exists(run(ended).resolve("exit")));
    await().atMost(Waits.LONG).until(() -> Files.exists(run(untold).resolve("exit")));
    Files.delete(run(untold).resolve("exit")); // As if it had died with its machine.
    if (cancelled) {
      fleet.cancelAsked(ended, "user:ada");
    }
    later(after);

    assertThat(fleet.column(ended, "state || ' ' || reason || ' ' || may_run"))
        .startsWith(cancelled ? "CANCELLED cancelled: by user:ada, " : "FAILED run_failed: ")
        .endsWith("exit code 7 false");
    assertThat(fleet.state(untold)).isEqualTo("ACCEPTED");
    later(after);
    assertThat(after.unasked()).containsExactly(untold);
  }

  private Path run(UUID id) {
    return folder.resolve(id.toString());
  }

  @Test
  void folderThatCannotBeHad_isASchedulerThatIsAway() throws Exception {
    UUID id = fleet.granted("no-folder");
    Path file = Files.createFile(folder.resolve("a-file"));
    Dispatcher dispatcher = fleet.dispatcher(toProcesses(file, "cat"));

    later(dispatcher);
    later(dispatcher);

    assertThat(dispatcher.schedulerAwaySince()).isNotNull();
    assertThat(fleet.states(id)).containsExactly("GRANTED");
    Files.delete(file);
    later(dispatcher);
    assertThat(fleet.state(id)).isEqualTo("ACCEPTED");
    assertThat(dispatcher.schedulerAwaySince()).isNull();
  }

  /** The API may start before what its folder is on is mounted. */
  @Test
  void runWhoseFolderIsNotThere_isEndedByNobody_andStoppedOnceItIsBack() throws Exception {
    Path runs = folder.resolve("runs");
    UUID id = fleet.granted("not-mounted");
    fleet.dispatcher(toProcesses(runs, "sleep 600")).turn();
    Path process = runs.resolve(id.toString()).resolve("process");
    await().atMost(Waits.LONG).until(() -> Files.exists(process));
    Path aside = Files.move(runs, folder.resolve("aside"));
    fleet.cancelAsked(id, "user:ada");
    fleet.expireLease();
    Dispatcher again = fleet.dispatcher(toProcesses(runs, "sleep 600"));

    for (int i = 0; i < 3; i++) {
      later(again);
    }
    assertThat(fleet.state(id)).isEqualTo("ACCEPTED");
    assertThat(again.unasked()).isEmpty();
    assertThat(again.schedulerAwaySince()).isNotNull();
    assertThat(again.schedulerAwayBecause()).isNotNull();
    Files.move(aside, runs);

    await()
        .atMost(Waits.LONG)
        .until(
            () -> {
              later(again);
              return fleet.column(id, "ended_at") != null;
            });
    assertThat(fleet.column(id, "state || ' ' || reason || ' ' || may_run"))
        .startsWith("CANCELLED cancelled: by user:ada, stopped")
        .endsWith(" false");
    assertThat(again.schedulerAwaySince()).isNull();
  }

  private SchedulerOptions toWebhook() {
    return fleet.way(
        Map.of(
            "RUNWAY_CONTROL_SCHEDULER", "webhook",
            "RUNWAY_CONTROL_SCHEDULER_URL", webhook.address() + "/hook",
            "RUNWAY_CONTROL_SCHEDULER_TARGET", "runway.retrain",
            "RUNWAY_CONTROL_WEBHOOK_ALLOW_PRIVATE", "true"));
  }

  /** A job's command by webhook that has timed out, and may run for all that anybody knows. */
  private UUID timedOut(String model, Dispatcher dispatcher, Fault... fault) throws SQLException {
    fleet.model(model, 2);
    UUID id = fleet.receiveFromJob(model, RetrainCommand.NEVER);
    webhook.go(fault);
    later(dispatcher);
    fleet.clock.advance(Duration.ofHours(3));
    later(dispatcher);
    assertThat(fleet.column(id, "state || ' ' || reason"))
        .startsWith("TIMED_OUT too_long: ")
        .endsWith("it may still run");
    return id;
  }

  @Test
  void nextAttempt_waitsForAPerson_whileTheOneBeforeMayStillRun() throws Exception {
    Dispatcher dispatcher = fleet.dispatcher(toWebhook());
    UUID unclear = timedOut("may-run-unclear", dispatcher, Fault.HANG_UP_AFTER);
    UUID taken = timedOut("may-run-taken", dispatcher);

    for (UUID first : List.of(unclear, taken)) {
      String model = fleet.column(first, "model_id");
      UUID next = fleet.receiveFromJob(model, 2, RetrainCommand.NEVER);
      later(dispatcher);
      assertThat(fleet.column(next, "state || ' ' || reason || ' ' || approvals_needed"))
          .startsWith("AWAITING_APPROVAL unclear_before: " + first)
          .endsWith(" 1");
      assertThat(fleet.column(first, "may_run")).isEqualTo("t");
    }

    assertThat(webhook.starts()).containsExactly(unclear.toString(), taken.toString());
    assertThat(fleet.costs(unclear))
        .as("what may run costs what it was thought to")
        .isEqualTo("RESERVED 2.50, RELEASED 2.50, SPENT 2.50");
  }

  @Test
  void nextAttempt_goesWhereTheOneBeforeIsOver_orAPersonHasCancelledIt() throws Exception {
    Dispatcher dispatcher = fleet.dispatcher(toWebhook());
    UUID registered = timedOut("may-run-registered", dispatcher, Fault.HANG_UP_AFTER);
    fleet.version("may-run-registered", "2", registered.toString());
    fleet.model("may-run-never", 2);
    UUID never = fleet.receiveFromJob("may-run-never", RetrainCommand.NEVER);
    webhook.go(Fault.HANG_UP_BEFORE);
    later(dispatcher);
    fleet.cancelAsked(never, "user:ada", true);
    later(dispatcher);

    assertThat(fleet.column(never, "state || ' ' || may_run")).isEqualTo("CANCELLED false");
    assertThat(fleet.costs(never)).isEqualTo("RESERVED 2.50, RELEASED 2.50");
    UUID next = fleet.receiveFromJob("may-run-registered", 2, RetrainCommand.NEVER);
    assertThat(fleet.state(next)).isEqualTo("GRANTED");
  }

  /** Whoever cancels wants it stopped, and need not have looked whether it began. */
  @Test
  void unclearOneThatAPersonCancels_mayStillRun_unlessTheySayThatItNeverBegan() throws Exception {
    Dispatcher dispatcher = fleet.dispatcher(toWebhook());
    fleet.model("may-run-cancelled", 2);
    UUID id = fleet.receiveFromJob("may-run-cancelled", RetrainCommand.NEVER);
    webhook.go(Fault.HANG_UP_AFTER);
    later(dispatcher);
    assertThat(fleet.state(id)).isEqualTo("UNKNOWN");
    fleet.cancelAsked(id, "user:ada");
    later(dispatcher);

    assertThat(fleet.column(id, "state || ' ' || may_run")).isEqualTo("CANCELLED true");
    assertThat(fleet.costs(id)).isEqualTo("RESERVED 2.50, RELEASED 2.50, SPENT 2.50");
    UUID next = fleet.receiveWorse("may-run-cancelled");
    assertThat(fleet.column(next, "state || ' ' || reason"))
        .startsWith("AWAITING_APPROVAL unclear_before: " + id);
  }

  @Test
  void commandThatWaitedForItsModel_isHeldWhenTheOneBeforeMayStillRun() throws Exception {
    Dispatcher dispatcher = fleet.dispatcher(toWebhook());
    fleet.model("may-run-queued", 2);
    UUID first = fleet.receiveFromJob("may-run-queued", RetrainCommand.NEVER);
    later(dispatcher);
    UUID worse = fleet.receiveWorse("may-run-queued");
    assertThat(fleet.state(worse)).isEqualTo("QUEUED");
    fleet.clock.advance(Duration.ofHours(3));
    later(dispatcher);
    assertThat(fleet.state(first)).isEqualTo("TIMED_OUT");

    for (int i = 0; i < 5; i++) {
      fleet.ledger.step();
      later(dispatcher);
    }

    assertThat(fleet.column(worse, "state || ' ' || reason || ' ' || approvals_needed"))
        .startsWith("AWAITING_APPROVAL unclear_before: " + first)
        .endsWith(" 1");
    assertThat(fleet.column(worse, "approval_expires_at")).isNotNull();
    assertThat(webhook.starts()).containsExactly(first.toString());
    fleet.approve(worse, "user:ada", first);
    fleet.ledger.step();
    later(dispatcher);
    assertThat(webhook.starts()).containsExactly(first.toString(), worse.toString());
  }

  @Test
  void lease_saysHowLongWhoeverHasItMayStartSomething() {
    Duration length = Duration.ofMinutes(1);
    try (Database database = new Database(Fleet.options(POSTGRES, Map.of()).postgres())) {
      DispatchLease lease = new DispatchLease(database, "test", length);
      long before = System.nanoTime();
      long epoch = lease.take();
      long after = System.nanoTime();

      assertThat(lease.require(epoch) - length.toNanos() - before).isBetween(0L, after - before);
      lease.release(epoch);
    }
  }

  private void stopTheOther(String why, UUID[] two) {
    int other = maestro.starts().contains(two[0].toString()) ? 1 : 0;
    try {
      switch (why) {
        case "cancelled" ->
            fleet.receive(why + "-" + other, Action.CANCEL, two[other].toString(), 0.5);
        case "late" -> fleet.clock.advance(Duration.ofHours(2));
        default -> fleet.killSwitch(null, "KILL_SWITCH_ON", null);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
