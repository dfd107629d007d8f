package dev.runway.control.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.runway.control.options.SchedulerOptions;
import dev.runway.control.scheduler.MaestroDouble;
import dev.runway.control.scheduler.SchedulerDouble.Fault;
import dev.runway.control.scheduler.WebhookDouble;
import dev.runway.model.RetrainCommand.Action;
import dev.runway.testkit.PostgresDatabase;
import dev.runway.testkit.Waits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Schedulers that take something and say otherwise, that take it late, and that take all but one;
 * and commands that something is wrong with. None starts twice, none is lost, none holds up others.
 */
class DispatchFaultsITCase {
  @RegisterExtension static final PostgresDatabase POSTGRES = new PostgresDatabase();

  private static final Duration LIMIT = Waits.LONG;

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

  private SchedulerOptions toMaestro(Map<String, String> further) {
    Map<String, String> settings = new HashMap<>();
    settings.put("RUNWAY_CONTROL_SCHEDULER", "maestro");
    settings.put("RUNWAY_CONTROL_SCHEDULER_URL", maestro.address().toString());
    settings.put("RUNWAY_CONTROL_SCHEDULER_TARGET", "train-{model_id}");
    settings.putAll(further);
    return fleet.way(settings);
  }

  private SchedulerOptions toMaestro() {
    return toMaestro(Map.of());
  }

  private SchedulerOptions toWebhook() throws Exception {
    Path secret = Files.writeString(folder.resolve("secret"), "k3y");
    return fleet.way(
        Map.of(
            "RUNWAY_CONTROL_SCHEDULER", "webhook",
            "RUNWAY_CONTROL_SCHEDULER_URL", webhook.address() + "/hook",
            "RUNWAY_CONTROL_SCHEDULER_TARGET", "runway.retrain",
            "RUNWAY_CONTROL_SCHEDULER_ROLLBACK_TARGET", "runway.rollback",
            "RUNWAY_CONTROL_WEBHOOK_SECRET_FILE", secret.toString(),
            "RUNWAY_CONTROL_WEBHOOK_ALLOW_PRIVATE", "true"));
  }

  private SchedulerOptions toThisMachine(String script) throws Exception {
    Path file = Files.writeString(folder.resolve("train.sh"), script);
    return fleet.way(
        Map.of(
            "RUNWAY_CONTROL_SCHEDULER",
            "local",
            "RUNWAY_CONTROL_LOCAL_COMMAND",
            "sh " + file,
            "RUNWAY_CONTROL_LOCAL_FOLDER",
            folder.resolve("runs").toString()));
  }

  private void later(Dispatcher dispatcher) {
    fleet.clock.advance(Duration.ofSeconds(90));
    dispatcher.turn();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e13", "1e999", "1000000001"})
  void costThatNoRunHas_countsAsNotTold(String cost) throws Exception {
    UUID id = fleet.granted("dear-" + cost);
    Dispatcher dispatcher =
        fleet.dispatcher(
            toThisMachine("echo '{\"new_version\": \"2\", \"cost\": " + cost + "}'\n"));

    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> {
              fleet.clock.advance(Duration.ofSeconds(2));
              dispatcher.turn();
              assertThat(fleet.state(id)).isEqualTo("SUCCEEDED");
            });

    assertThat(fleet.column(id, "actual_cost")).as("nobody has said it").isNull();
    assertThat(fleet.costs(id)).isEqualTo("RESERVED 2.50, RELEASED 2.50, SPENT 2.50");
    assertThat(
            POSTGRES.query(
                PostgresDatabase.SUPERUSER, "SELECT sum(overrun) FROM runway.retrain_budgets"))
        .hasToString("[[0.00]]");
  }

  @Test
  void commandThatCannotBeMoved_stopsNoOther() throws Exception {
    UUID broken = fleet.granted("broken", 1, 0.9);
    UUID whole = fleet.granted("not-broken", 4, 0.1);
    fleet.version("broken", "2", broken.toString());
    fleet.version("not-broken", "2", whole.toString());
    Dispatcher dispatcher = fleet.dispatcher(toMaestro());
    dispatcher.turn();
    maestro.everyRunEnds("SUCCEEDED");
    fleet.document("broken", false);

    later(dispatcher);
    UUID fresh = fleet.granted("fresh-beside-broken");
    dispatcher.turn();

    assertThat(fleet.state(broken)).isEqualTo("ACCEPTED");
    assertThat(fleet.state(whole)).isEqualTo("SUCCEEDED");
    assertThat(maestro.starts()).contains(fresh.toString());
    fleet.document("broken", true);
    later(dispatcher);
    assertThat(fleet.state(broken)).isEqualTo("SUCCEEDED");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void commandThatIsToEndBeforeItArrives_isStoppedWhenItDoes(boolean byPerson) throws Exception {
    String model = byPerson ? "late-unwanted" : "late-too-long";
    UUID id = fleet.granted(model);
    maestro.go(Fault.LATE);
    Dispatcher dispatcher = fleet.dispatcher(toMaestro());
    dispatcher.turn();
    assertThat(fleet.state(id)).isEqualTo("UNKNOWN");
    if (byPerson) {
      fleet.receive(model, Action.CANCEL, id.toString(), 0.5);
    } else {
      fleet.clock.advance(Duration.ofHours(3));
    }

    later(dispatcher);
    assertThat(fleet.state(id)).as("it may still be on its way").isEqualTo("UNKNOWN");
    maestro.letArrive();
    await().atMost(LIMIT).until(() -> maestro.starts().size() == 1);
    later(dispatcher);

    assertThat(maestro.statusOf(id.toString())).isEqualTo("STOPPED");
    assertThat(fleet.state(id)).isEqualTo(byPerson ? "CANCELLED" : "TIMED_OUT");
  }

  @Test
  void commandThatIsCancelledAndNeverArrives_endsOncePatienceIsOver() throws Exception {
    UUID id = fleet.granted("never-there");
    maestro.go(Fault.LATE);
    Dispatcher dispatcher = fleet.dispatcher(toMaestro());
    dispatcher.turn();
    fleet.receive("never-there", Action.CANCEL, id.toString(), 0.5);

    for (int i = 0; i < 6; i++) {
      later(dispatcher);
    }
    assertThat(fleet.state(id)).as("as long as patience lasts").isEqualTo("UNKNOWN");
    later(dispatcher);
    later(dispatcher);

    assertThat(fleet.column(id, "state || ' ' || reason"))
        .startsWith("CANCELLED cancelled: by ")
        .endsWith("there is no such run");
    assertThat(maestro.starts()).isEmpty();
  }

  @Test
  void refusalOfASecondTry_isNoEndOfTheFirst() throws Exception {
    UUID id = fleet.granted("runs-already");
    fleet.version("runs-already", "2", id.toString());
    maestro.go(Fault.HANG_UP_AFTER);
    Dispatcher dispatcher = fleet.dispatcher(toMaestro());
    dispatcher.turn();
    maestro.refuse("train-runs-already", 404);

    later(dispatcher);

    assertThat(fleet.column(id, "state || ' ' || reason"))
        .isEqualTo(
            "ACCEPTED duplicate: it had been handed in before; now it is refused, HTTP 404: not"
                + " train-runs-already");
    maestro.set(id.toString(), "SUCCEEDED");
    later(dispatcher);
    assertThat(fleet.state(id)).isEqualTo("SUCCEEDED");
    assertThat(maestro.starts()).hasSize(1);
  }

  @Test
  void refusalOfASecondTry_isTheEndWhenTheFirstNeverCame() throws Exception {
    UUID id = fleet.granted("runs-not");
    maestro.go(Fault.HANG_UP_BEFORE);
    Dispatcher dispatcher = fleet.dispatcher(toMaestro());
    dispatcher.turn();
    maestro.refuse("train-runs-not", 422);

    for (int i = 0; i < 6; i++) {
      later(dispatcher);
      assertThat(fleet.state(id)).isEqualTo("UNKNOWN");
    }
    later(dispatcher);
    later(dispatcher);

    assertThat(fleet.column(id, "state || ' ' || reason"))
        .isEqualTo("FAILED not_taken: HTTP 422: not train-runs-not");
  }

  @Test
  void anotherTarget_isForWhatComesNext_andNotForWhatWasHandedIn() throws Exception {
    UUID running = fleet.granted("moved-running");
    fleet.version("moved-running", "2", running.toString());
    Dispatcher before = fleet.dispatcher(toMaestro());
    before.turn();
    UUID unclear = fleet.granted("moved-unclear");
    maestro.go(Fault.HANG_UP_AFTER);
    later(before);
    fleet.expireLease();
    UUID next = fleet.granted("moved-next");

    Dispatcher after =
        fleet.dispatcher(toMaestro(Map.of("RUNWAY_CONTROL_SCHEDULER_TARGET", "elsewhere")));
    later(after);
    maestro.everyRunEnds("SUCCEEDED");
    later(after);

    assertThat(maestro.starts())
        .containsExactly(running.toString(), unclear.toString(), next.toString());
    assertThat(fleet.states(unclear)).contains("UNKNOWN", "ACCEPTED");
    assertThat(fleet.column(running, "state || ' ' || scheduler_target"))
        .isEqualTo("SUCCEEDED train-moved-running");
    assertThat(fleet.column(next, "scheduler_target")).isEqualTo("elsewhere");
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308, 503})
  void webhookThatSendsUsElsewhereOrSaysThatItIsBusy_getsAnEventOnce(int code) throws Exception {
    UUID id = fleet.granted("hook-elsewhere-" + code);
    webhook.answerWith(code);
    Dispatcher dispatcher = fleet.dispatcher(toWebhook());

    for (int i = 0; i < 30; i++) {
      later(dispatcher);
    }

    assertThat(webhook.starts()).containsExactly(id.toString());
    assertThat(fleet.state(id)).isEqualTo("UNKNOWN");
  }

  @ParameterizedTest
  @ValueSource(ints = {403, 500})
  void ordersThatAreNeverTaken_letOthersGoFirst(int code) throws Exception {
    UUID[] never = new UUID[4];
    for (int i = 0; i < never.length; i++) {
      never[i] = fleet.granted("never-" + code + "-" + i, 1, 0.9);
      maestro.refuse("train-never-" + code + "-" + i, code);
    }
    UUID other = fleet.granted("others-" + code, 4, 0.1);
    Dispatcher dispatcher = fleet.dispatcher(toMaestro());

    for (int i = 0; i <= never.length; i++) {
      later(dispatcher);
    }
    assertThat(maestro.starts()).containsExactly(other.toString());
    maestro.allow("train-never-" + code + "-2");
    for (int i = 0; i <= never.length; i++) {
      later(dispatcher);
    }

    assertThat(maestro.starts()).containsExactly(other.toString(), never[2].toString());
    assertThat(fleet.state(never[2])).isEqualTo("ACCEPTED");
    assertThat(fleet.state(never[0])).isEqualTo(code == 403 ? "GRANTED" : "UNKNOWN");
  }

  @Test
  void commandThatIsOfNoUseAnyMore_isNotTriedAgain() throws Exception {
    fleet.model("late-unclear", 2);
    UUID id =
        fleet.receive("late-unclear", Action.RETRAIN, null, 0.5, fleet.clock.millis() + 30_000);
    maestro.go(Fault.HANG_UP_BEFORE);
    Dispatcher dispatcher = fleet.dispatcher(toMaestro());
    dispatcher.turn();
    assertThat(fleet.state(id)).isEqualTo("UNKNOWN");

    for (int i = 0; i < 10; i++) {
      later(dispatcher);
    }

    assertThat(maestro.starts()).isEmpty();
    assertThat(fleet.state(id)).isEqualTo("FAILED");
  }

  @Test
  void rollbackByWebhook_isDoneWhenItsVersionDecidesAgain() throws Exception {
    fleet.model("hook-back", 1);
    fleet.version("hook-back", "0.9", "long-ago");
    fleet.version("hook-back", "0.8", "longer-ago");
    fleet.deployment("hook-back", "0.9", "PRIMARY", fleet.clock.instant().minusSeconds(3_600));
    UUID id = fleet.receive("hook-back", Action.ROLLBACK, "0.9", 0.9);
    Dispatcher dispatcher = fleet.dispatcher(toWebhook());
    dispatcher.turn();

    later(dispatcher);
    fleet.deployment("hook-back", "0.9", "SHADOW", fleet.clock.instant());
    fleet.deployment("hook-back", "0.8", "PRIMARY", fleet.clock.instant());
    later(dispatcher);
    assertThat(fleet.state(id)).isEqualTo("ACCEPTED");
    fleet.deployment("hook-back", "0.9", "PRIMARY", fleet.clock.instant());
    later(dispatcher);

    assertThat(fleet.column(id, "state || ' ' || new_version")).isEqualTo("SUCCEEDED 0.9");
    assertThat(webhook.starts()).containsExactly(id.toString());
  }
}
