package dev.runway.control.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.control.options.SchedulerOptions;
import dev.runway.control.scheduler.MaestroDouble;
import dev.runway.control.scheduler.SchedulerDouble.Fault;
import dev.runway.control.scheduler.WebhookDouble;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainCommand.Action;
import dev.runway.testkit.PostgresDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Since when a scheduler is said to be away, and when that is over. */
class DispatchOutageITCase {
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
            "RUNWAY_CONTROL_SCHEDULER_TARGET", "train"));
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

  @ParameterizedTest
  @ValueSource(strings = {"cancelled", "stopped"})
  void schedulerThatNothingWaitsForAnyMore_isNotAway(String how) throws Exception {
    String model = "waits-" + how;
    fleet.model(model, 2);
    UUID id = fleet.receiveFromJob(model, RetrainCommand.NEVER);
    maestro.standIn(404);
    Dispatcher dispatcher = fleet.dispatcher(toMaestro());
    dispatcher.turn();
    later(dispatcher);
    Instant since = dispatcher.schedulerAwaySince();
    assertThat(since).isNotNull();
    later(dispatcher);
    assertThat(dispatcher.schedulerAwaySince()).isEqualTo(since);

    if (how.equals("cancelled")) {
      fleet.receive(model, Action.CANCEL, id.toString(), 0.5);
    } else {
      fleet.killSwitch(model, "KILL_SWITCH_ON", null);
    }
    later(dispatcher);

    assertThat(dispatcher.schedulerAwaySince()).isNull();
  }

  @Test
  void schedulerThatNothingIsFollowedAt_isNotSilent() throws Exception {
    fleet.model("silent", 2);
    UUID id = fleet.receiveFromJob("silent", RetrainCommand.NEVER);
    maestro.go(Fault.FAIL_BEFORE);
    Dispatcher dispatcher = fleet.dispatcher(toMaestro());
    dispatcher.turn();
    fleet.killSwitch("silent", "KILL_SWITCH_ON", null);
    maestro.standIn(502);
    later(dispatcher);
    assertThat(fleet.state(id)).as("it is only looked for").isEqualTo("UNKNOWN");
    assertThat(dispatcher.schedulerAwaySince()).isNotNull();
    fleet.killSwitch("silent", "KILL_SWITCH_OFF", null);
    maestro.standIn(0);

    later(dispatcher);

    assertThat(fleet.state(id)).isEqualTo("ACCEPTED");
    assertThat(dispatcher.schedulerAwaySince()).isNull();
  }

  @Test
  void eventWhoseAnswerIsUnclear_holdsUpNobody_butTheNextOneIsNotSentAtOnce() throws Exception {
    UUID unclear = fleet.granted("event-unclear");
    webhook.go(Fault.HANG_UP_BEFORE);
    Dispatcher dispatcher = fleet.dispatcher(toWebhook());
    dispatcher.turn();
    assertThat(fleet.state(unclear)).isEqualTo("UNKNOWN");
    dispatcher.turn();
    assertThat(dispatcher.schedulerAwaySince()).isNull();

    UUID next = fleet.granted("event-next");
    dispatcher.turn();
    assertThat(fleet.state(next)).isEqualTo("GRANTED");
    later(dispatcher);

    assertThat(fleet.state(next)).isEqualTo("ACCEPTED");
  }

  @Test
  void instanceThatDispatchesAgain_doesNotGoByWhatItKnewBefore() throws Exception {
    fleet.granted("taken-over");
    maestro.standIn(404);
    Dispatcher first = fleet.dispatcher(toMaestro());
    Dispatcher second = fleet.dispatcher(toMaestro());
    first.turn();
    Instant before = first.schedulerAwaySince();
    assertThat(before).isNotNull();
    fleet.expireLease();
    later(second);
    later(first);
    assertThat(first.isDispatching()).isFalse();
    fleet.expireLease();

    later(first);

    assertThat(first.isDispatching()).isTrue();
    assertThat(first.schedulerAwaySince()).isAfter(before);
  }
}
