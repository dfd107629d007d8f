package dev.runway.control.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From a grant to its end, with a ledger on PostgreSQL and schedulers that are real servers. */
class DispatchITCase {
  @RegisterExtension static final PostgresDatabase POSTGRES = new PostgresDatabase();

  private final MaestroDouble maestro = new MaestroDouble();
  private final WebhookDouble webhook = new WebhookDouble("k3y");
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
            "RUNWAY_CONTROL_SCHEDULER_TARGET", "train",
            "RUNWAY_CONTROL_SCHEDULER_ROLLBACK_TARGET", "go-back"));
  }

  private SchedulerOptions toWebhook() throws Exception {
    Path secret = Files.writeString(folder.resolve("secret"), "k3y");
    return fleet.way(
        Map.of(
            "RUNWAY_CONTROL_SCHEDULER", "webhook",
            "RUNWAY_CONTROL_SCHEDULER_URL", webhook.address() + "/hook",
            "RUNWAY_CONTROL_SCHEDULER_TARGET", "runway.retrain",
            "RUNWAY_CONTROL_WEBHOOK_SECRET_FILE", secret.toString(),
            "RUNWAY_CONTROL_WEBHOOK_ALLOW_PRIVATE", "true"));
  }

  private void later(Dispatcher dispatcher) {
    fleet.clock.advance(Duration.ofSeconds(90));
    dispatcher.turn();
  }

  @Test
  void command_goesFromGrantToItsVersion() throws Exception {
    UUID id = fleet.granted("whole");
    Dispatcher dispatcher = fleet.dispatcher(toMaestro());

    dispatcher.turn();
    assertThat(fleet.state(id)).isEqualTo("ACCEPTED");
    assertThat(fleet.column(id, "scheduler || '/' || scheduler_run")).isEqualTo("maestro/1");
    maestro.set(id.toString(), "IN_PROGRESS");
    later(dispatcher);
    assertThat(fleet.state(id)).isEqualTo("RUNNING");
    maestro.set(id.toString(), "SUCCEEDED");
    later(dispatcher);
    assertThat(fleet.state(id)).as("its version is not registered yet").isEqualTo("RUNNING");
    fleet.version("whole", "2.0.0", id.toString(), "{\"training_cost\": 1.75}");
    later(dispatcher);

    assertThat(fleet.states(id))
        .containsExactly("GRANTED", "SUBMITTED", "ACCEPTED", "RUNNING", "SUCCEEDED");
    assertThat(fleet.column(id, "new_version || ' ' || actual_cost || ' ' || reserved_cost"))
        .isEqualTo("2.0.0 1.75 0.00");
    assertThat(fleet.costs(id))
        .as("what the version says of its training")
        .isEqualTo("RESERVED 2.50, RELEASED 2.50, SPENT 1.75");
    String told =
        "SELECT count(*) FROM runway.outbox WHERE topic = 'RETRAIN_STATUS' AND record_key = "
            + "convert_to('"
            + id
            + "', 'UTF8')";
    assertThat(POSTGRES.query(PostgresDatabase.SUPERUSER, told)).hasToString("[[5]]");
    String audited =
        "SELECT count(*) FROM runway.audit_log WHERE object = 'retrain:"
            + id
            + "' AND subject = 'dispatcher'";
    assertThat(POSTGRES.query(PostgresDatabase.SUPERUSER, audited)).hasToString("[[4]]");
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void whateverGoesWrongAtTheStart_itStartsOnce(Fault fault) throws Exception {
    UUID id = fleet.granted("fault-" + fault.name().toLowerCase(Locale.ROOT));
    fleet.version("fault-" + fault.name().toLowerCase(Locale.ROOT), "2", id.toString());
    maestro.go(fault, fault);
    maestro.everyRunEnds("SUCCEEDED");

    fleet.drive(fleet.dispatcher(toMaestro()), 30);

    assertThat(maestro.starts()).containsExactly(id.toString());
    assertThat(fleet.state(id)).isEqualTo("SUCCEEDED");
  }

  @Test
  void schedulerThatIsAway_letsAllWait_andGetsThemInTheirOrder() throws Exception {
    UUID low = fleet.granted("away-low", 4, 0.9);
    UUID high = fleet.granted("away-high", 1, 0.2);
    UUID higher = fleet.granted("away-higher", 1, 0.8);
    maestro.go(Fault.BUSY, Fault.BUSY, Fault.BUSY);
    Dispatcher dispatcher = fleet.dispatcher(toMaestro());

    for (int i = 0; i < 20; i++) {
      dispatcher.turn();
    }
    assertThat(maestro.requests()).as("one is tried, and that says when to come again").hasSize(1);
    assertThat(dispatcher.schedulerAwaySince()).isNotNull();
    assertThat(fleet.column(higher, "state || ' ' || reason"))
        .isEqualTo("GRANTED scheduler_away: HTTP 429: {}");
    for (int i = 0; i < 5; i++) {
      later(dispatcher);
    }

    assertThat(maestro.starts())
        .containsExactly(higher.toString(), high.toString(), low.toString());
    assertThat(dispatcher.schedulerAwaySince()).isNull();
  }

  /** As a proxy says it for a scheduler that is down: any of these may have been heard. */
  @ParameterizedTest
  @ValueSource(ints = {502, 503})
  void schedulerThatIsDownBehindAProxy_getsAllInTheirOrderOnceItIsBack(int code) throws Exception {
    UUID low = fleet.granted("down-low-" + code, 4, 0.9);
    UUID high = fleet.granted("down-high-" + code, 1, 0.2);
    UUID higher = fleet.granted("down-higher-" + code, 1, 0.8);
    maestro.standIn(code);
    Dispatcher dispatcher = fleet.dispatcher(toMaestro());

    for (int i = 0; i < 5; i++) {
      later(dispatcher);
    }
    assertThat(fleet.state(higher)).isEqualTo("UNKNOWN");
    assertThat(fleet.state(high)).as("what an outage may have begun is one").isEqualTo("GRANTED");
    later(dispatcher);
    assertThat(fleet.state(high)).as("now and then another one is tried").isEqualTo("UNKNOWN");
    assertThat(fleet.state(low)).isEqualTo("GRANTED");
    maestro.standIn(0);
    for (int i = 0; i < 3; i++) {
      later(dispatcher);
    }

    assertThat(maestro.starts())
        .containsExactly(higher.toString(), high.toString(), low.toString());
    assertThat(dispatcher.schedulerAwaySince()).isNull();
  }

  /**
   * One that comes back when another one than the first is tried: the first is the next all the
   * same.
   */
  @Test
  void schedulerThatComesBackForAnotherOne_getsTheFirstNext() throws Exception {
    UUID low = fleet.granted("other-low", 4, 0.9);
    UUID high = fleet.granted("other-high", 1, 0.2);
    UUID higher = fleet.granted("other-higher", 1, 0.8);
    maestro.standIn(502);
    Dispatcher dispatcher = fleet.dispatcher(toMaestro());
    for (int i = 0; i < 5; i++) {
      later(dispatcher);
    }

    maestro.standIn(0);
    later(dispatcher);

    assertThat(maestro.starts())
        .containsExactly(high.toString(), higher.toString(), low.toString());
  }

  /** It looks like an outage, and is none: the others are not held up by it for good. */
  @Test
  void orderThatAProxyNeverAnswers_holdsUpNobodyForLong() throws Exception {
    UUID never = fleet.granted("never-answered", 1, 0.9);
    maestro.refuse("train-never-answered", 504);
    UUID first = fleet.granted("answered-first", 2, 0.5);
    UUID second = fleet.granted("answered-second", 3, 0.5);
    Dispatcher dispatcher =
        fleet.dispatcher(
            fleet.way(
                Map.of(
                    "RUNWAY_CONTROL_SCHEDULER", "maestro",
                    "RUNWAY_CONTROL_SCHEDULER_URL", maestro.address().toString(),
                    "RUNWAY_CONTROL_SCHEDULER_TARGET", "train-{model_id}")));

    for (int i = 0; i < 7; i++) {
      later(dispatcher);
    }
    assertThat(maestro.starts()).containsExactly(first.toString(), second.toString());
    later(dispatcher);
    assertThat(dispatcher.schedulerAwaySince()).as("it is known whose fault it is").isNull();
    UUID last = fleet.granted("answered-last", 4, 0.1);
    later(dispatcher);
    later(dispatcher);

    assertThat(maestro.starts())
        .containsExactly(first.toString(), second.toString(), last.toString());
    assertThat(fleet.state(never)).isEqualTo("UNKNOWN");
  }

  @ParameterizedTest
  @CsvSource({"FAILED, FAILED", "STOPPED, CANCELLED", "TIMED_OUT, TIMED_OUT"})
  void endOfARun_isTheEndOfItsCommand(String there, String here) throws Exception {
    UUID id = fleet.granted("end-" + there.toLowerCase(Locale.ROOT).replace('_', '-'));
    maestro.everyRunEnds(there);

    fleet.drive(fleet.dispatcher(toMaestro()), 5);

    assertThat(fleet.state(id)).isEqualTo(here);
    assertThat(fleet.column(id, "reserved_cost")).isEqualTo("0.00");
  }

  @Test
  void orderThatTheSchedulerDoesNotWant_hasFailed() throws Exception {
    maestro.firstOnly();
    UUID refused = fleet.granted("refused");
    fleet.drive(fleet.dispatcher(toMaestro()), 3);
    assertThat(fleet.column(refused, "state || ' ' || reason")).startsWith("FAILED not_taken: ");
  }

  @Test
  void runWithoutAVersion_hasFailedOncePatienceIsOver() throws Exception {
    UUID id = fleet.granted("versionless");
    maestro.everyRunEnds("SUCCEEDED");

    fleet.drive(fleet.dispatcher(toMaestro()), 100);

    assertThat(fleet.column(id, "state || ' ' || reason")).startsWith("FAILED no_version: ");
    assertThat(fleet.column(id, "actual_cost")).isEqualTo("2.50");
  }

  @Test
  void cancelledCommand_isStoppedThere() throws Exception {
    UUID id = fleet.granted("unwanted");
    Dispatcher dispatcher = fleet.dispatcher(toMaestro());
    dispatcher.turn();
    maestro.set(id.toString(), "IN_PROGRESS");
    later(dispatcher);

    fleet.receive("unwanted", Action.CANCEL, id.toString(), 0.5);
    later(dispatcher);

    assertThat(maestro.statusOf(id.toString())).isEqualTo("STOPPED");
    assertThat(fleet.column(id, "state || ' ' || reason")).startsWith("CANCELLED cancelled: by ");
  }

  @Test
  void cancelledWhileItsAnswerIsUnclear_isLookedForAndStopped() throws Exception {
    UUID id = fleet.granted("unclear-unwanted");
    maestro.go(Fault.HANG_UP_AFTER);
    Dispatcher dispatcher = fleet.dispatcher(toMaestro());
    dispatcher.turn();
    assertThat(fleet.state(id)).isEqualTo("UNKNOWN");

    fleet.receive("unclear-unwanted", Action.CANCEL, id.toString(), 0.5);
    later(dispatcher);

    assertThat(maestro.starts()).hasSize(1);
    assertThat(maestro.statusOf(id.toString())).isEqualTo("STOPPED");
    assertThat(fleet.state(id)).isEqualTo("CANCELLED");
  }

  @Test
  void commandThatTakesTooLong_isStoppedAndHasTimedOut() throws Exception {
    UUID id = fleet.granted("endless");
    Dispatcher dispatcher = fleet.dispatcher(toMaestro());
    dispatcher.turn();
    maestro.set(id.toString(), "IN_PROGRESS");
    later(dispatcher);

    fleet.clock.advance(Duration.ofHours(2));
    later(dispatcher);

    assertThat(maestro.statusOf(id.toString())).isEqualTo("STOPPED");
    assertThat(fleet.column(id, "state || ' ' || reason")).startsWith("TIMED_OUT too_long: ");
  }

  @Test
  void commandThatIsOfNoUseAnyMore_isNotHandedIn() throws Exception {
    fleet.model("too-late", 2);
    long soon = fleet.clock.millis() + 60_000;
    UUID id = fleet.receive("too-late", Action.RETRAIN, null, 0.5, soon);

    later(fleet.dispatcher(toMaestro()));

    assertThat(maestro.requests()).isEmpty();
    assertThat(fleet.state(id)).isEqualTo("TIMED_OUT");
  }

  @ParameterizedTest
  @ValueSource(strings = {"fleet", "team", "model"})
  void killSwitch_holdsWhatAJobAskedFor_untilItIsOff(String ofWhat) throws Exception {
    String name = "stopped-by-" + ofWhat;
    fleet.model(name, 2);
    fleet.model(name + "-late", 2);
    UUID held = fleet.receiveFromJob(name, RetrainCommand.NEVER);
    UUID late = fleet.receiveFromJob(name + "-late", fleet.clock.millis() + 60_000);
    UUID ofPerson = fleet.granted(name + "-asked");
    switchAll(ofWhat, name, "KILL_SWITCH_ON");
    Dispatcher dispatcher = fleet.dispatcher(toMaestro());

    dispatcher.turn();
    assertThat(maestro.starts()).containsExactly(ofPerson.toString());
    later(dispatcher);
    assertThat(fleet.states(held)).containsExactly("GRANTED");
    assertThat(fleet.state(late)).as("it is of no use any more").isEqualTo("TIMED_OUT");
    switchAll(ofWhat, name, "KILL_SWITCH_OFF");
    later(dispatcher);

    assertThat(maestro.starts()).containsExactly(ofPerson.toString(), held.toString());
  }

  private void switchAll(String ofWhat, String name, String action) throws Exception {
    switch (ofWhat) {
      case "fleet" -> fleet.killSwitch(null, action, null);
      case "team" -> fleet.killSwitchOfTeam("ranking", action);
      default -> {
        fleet.killSwitch(name, action, null);
        fleet.killSwitch(name + "-late", action, null);
      }
    }
  }

  @Test
  void killSwitch_ofAnotherModel_orWhoseTimeIsOver_holdsNothing() throws Exception {
    fleet.model("goes-on", 2);
    fleet.model("stays", 2);
    UUID goesOn = fleet.receiveFromJob("goes-on", RetrainCommand.NEVER);
    UUID stays = fleet.receiveFromJob("stays", RetrainCommand.NEVER);
    fleet.killSwitch("stays", "KILL_SWITCH_ON", fleet.clock.instant().plusSeconds(60));
    fleet.killSwitchOfTeam("search", "KILL_SWITCH_ON");
    Dispatcher dispatcher = fleet.dispatcher(toMaestro());

    dispatcher.turn();
    assertThat(maestro.starts()).containsExactly(goesOn.toString());
    later(dispatcher);
    assertThat(maestro.starts()).containsExactly(goesOn.toString(), stays.toString());
  }

  @Test
  void rollback_goesItsOwnWay_andEndsWithTheVersionItWentBackTo() throws Exception {
    fleet.model("back", 1);
    fleet.version("back", "0.9", "long-ago");
    UUID id = fleet.receive("back", Action.ROLLBACK, "0.9", 0.9);
    maestro.everyRunEnds("SUCCEEDED");

    fleet.drive(fleet.dispatcher(toMaestro()), 5);

    assertThat(maestro.requests().get(0).uri().getPath()).contains("/workflows/go-back/");
    assertThat(fleet.column(id, "state || ' ' || new_version")).isEqualTo("SUCCEEDED 0.9");
  }

  @Test
  void eventWhoseAnswerIsUnclear_isNeverSentAgain_andAPersonDecides() throws Exception {
    UUID sent = fleet.granted("hook-sent");
    webhook.go(Fault.HANG_UP_AFTER);
    Dispatcher dispatcher = fleet.dispatcher(toWebhook());
    dispatcher.turn();
    UUID lost = fleet.granted("hook-lost");
    webhook.go(Fault.HANG_UP_BEFORE);

    for (int i = 0; i < 30; i++) {
      later(dispatcher);
    }
    assertThat(fleet.state(sent)).isEqualTo("UNKNOWN");
    assertThat(fleet.state(lost)).isEqualTo("UNKNOWN");
    assertThat(fleet.column(lost, "reason")).contains("see whether it was started");
    assertThat(webhook.requests()).hasSize(2);

    fleet.version("hook-sent", "2", sent.toString());
    fleet.receive("hook-lost", Action.CANCEL, lost.toString(), 0.5);
    later(dispatcher);

    assertThat(fleet.column(sent, "state || ' ' || new_version")).isEqualTo("SUCCEEDED 2");
    assertThat(fleet.state(lost)).isEqualTo("CANCELLED");
    assertThat(webhook.starts()).containsExactly(sent.toString());
  }

  @Test
  void processOfThisMachine_saysItsVersionAndItsCost() throws Exception {
    UUID id = fleet.granted("local");
    Path script =
        Files.writeString(
            folder.resolve("train.sh"),
            "cat > seen; echo '{\"new_version\": \"3.1\", \"cost\": 1.25}'\n");
    Dispatcher dispatcher =
        fleet.dispatcher(
            fleet.way(
                Map.of(
                    "RUNWAY_CONTROL_SCHEDULER",
                    "local",
                    "RUNWAY_CONTROL_LOCAL_COMMAND",
                    "sh " + script,
                    "RUNWAY_CONTROL_LOCAL_FOLDER",
                    folder.toString())));
    dispatcher.turn();

    await()
        .atMost(Waits.LONG)
        .untilAsserted(
            () -> {
              fleet.clock.advance(Duration.ofSeconds(2));
              dispatcher.turn();
              assertThat(fleet.state(id)).isIn("SUCCEEDED", "FAILED");
            });
    assertThat(fleet.column(id, "state || ' ' || new_version || ' ' || actual_cost"))
        .isEqualTo("SUCCEEDED 3.1 1.25");
    String seen = Files.readString(folder.resolve(id.toString()).resolve("seen"));
    assertThat(seen).contains("\"model_id\":\"local\"").doesNotContain("\"evidence\"");
  }
}
