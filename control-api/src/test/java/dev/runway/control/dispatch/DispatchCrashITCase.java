package dev.runway.control.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.runway.control.dispatch.Trace.Step;
import dev.runway.control.options.SchedulerOptions;
import dev.runway.control.scheduler.MaestroDouble;
import dev.runway.control.scheduler.SchedulerDouble.Fault;
import dev.runway.control.scheduler.WebhookDouble;
import dev.runway.model.RetrainCommand.Action;
import dev.runway.testkit.PostgresDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Instances that end between any two steps, that pause and come back, and very many commands. */
class DispatchCrashITCase {
  @RegisterExtension static final PostgresDatabase POSTGRES = new PostgresDatabase();

  private final MaestroDouble maestro = new MaestroDouble();
  private Fleet fleet;

  @BeforeEach
  void open() {
    fleet = new Fleet(POSTGRES);
  }

  @AfterEach
  void close() throws Exception {
    maestro.close();
    fleet.close();
  }

  private SchedulerOptions toMaestro() {
    return fleet.way(
        Map.of(
            "RUNWAY_CONTROL_SCHEDULER", "maestro",
            "RUNWAY_CONTROL_SCHEDULER_URL", maestro.address().toString(),
            "RUNWAY_CONTROL_SCHEDULER_TARGET", "train"));
  }

  private SchedulerOptions toWebhook(WebhookDouble webhook) {
    return fleet.way(
        Map.of(
            "RUNWAY_CONTROL_SCHEDULER", "webhook",
            "RUNWAY_CONTROL_SCHEDULER_URL", webhook.address() + "/hook",
            "RUNWAY_CONTROL_SCHEDULER_TARGET", "runway.retrain",
            "RUNWAY_CONTROL_WEBHOOK_ALLOW_PRIVATE", "true"));
  }

  /** Three models, of which one is to be cancelled while it runs. */
  private List<UUID> work(String prefix) throws SQLException {
    List<UUID> ids = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      String model = prefix + "-" + i;
      UUID id = fleet.granted(model);
      fleet.version(model, "2", id.toString());
      ids.add(id);
    }
    return ids;
  }

  @ParameterizedTest
  @EnumSource(Step.class)
  void instanceThatEndsAfterAStep_losesNothingAndDoublesNothing(Step step) throws Exception {
    String prefix = "cut-" + step.name().toLowerCase(Locale.ROOT);
    List<UUID> ids = work(prefix);
    int cuts = cutAt(step, toMaestro(), prefix + "-2", ids.get(2));
    Dispatcher last = fleet.dispatcher(toMaestro());
    last.turn();
    maestro.everyRunEnds("SUCCEEDED");
    fleet.drive(last, 20);

    assertThat(cuts).as("the test ends instances").isPositive();
    // The double starts nothing twice under one id: a second training would come under another one.
    assertThat(ids).extracting(UUID::toString).containsAll(maestro.starts());
    assertThat(maestro.startedModels()).as("none is trained twice").doesNotHaveDuplicates();
    for (UUID id : ids) {
      assertThat(fleet.state(id)).isIn("SUCCEEDED", "CANCELLED");
      boolean started = maestro.starts().contains(id.toString());
      assertThat(started || fleet.state(id).equals("CANCELLED")).as("none is lost").isTrue();
    }
    assertThat(fleet.state(ids.get(0))).isEqualTo("SUCCEEDED");
    assertThat(fleet.state(ids.get(1))).isEqualTo("SUCCEEDED");
  }

  /** What takes no id that it would compare: an event goes out once at most, whoever ends when. */
  @ParameterizedTest
  @EnumSource(Step.class)
  void instanceThatEndsAfterAStep_sendsNoEventTwice(Step step) throws Exception {
    String prefix = "event-" + step.name().toLowerCase(Locale.ROOT);
    try (WebhookDouble webhook = new WebhookDouble("")) {
      List<UUID> ids = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        ids.add(fleet.granted(prefix + "-" + i));
      }
      int cuts = cutAt(step, toWebhook(webhook), prefix + "-2", ids.get(2));
      Dispatcher last = fleet.dispatcher(toWebhook(webhook));
      fleet.drive(last, 20);
      List<String> starts = webhook.starts();
      for (int i = 0; i < ids.size(); i++) {
        if (starts.contains(ids.get(i).toString())) {
          fleet.version(prefix + "-" + i, "2", ids.get(i).toString());
        }
      }
      fleet.drive(last, 20);

      assertThat(cuts).as("the test ends instances").isPositive();
      assertThat(webhook.starts()).as("none is sent twice").doesNotHaveDuplicates();
      if (step == Step.MARKED) {
        assertThat(webhook.starts()).as("each may have gone out, so none goes").isEmpty();
      } else {
        assertThat(webhook.starts())
            .containsExactlyInAnyOrderElementsOf(ids.stream().map(UUID::toString).toList());
      }
      for (UUID id : ids) {
        String due = webhook.starts().contains(id.toString()) ? "SUCCEEDED" : "UNKNOWN";
        assertThat(fleet.state(id)).isIn(due, "CANCELLED");
      }
    }
  }

  /**
   * Five instances, each of which ends at a step the first time it comes to it; meanwhile somebody
   * cancels one command, if the first instance gets that far.
   *
   * @return how many ended so
   */
  private int cutAt(Step step, SchedulerOptions way, String model, UUID unwanted)
      throws SQLException {
    int cuts = 0;
    for (int instance = 0; instance < 5; instance++) {
      Dispatcher mortal =
          fleet.dispatcher(
              way,
              reached -> {
                if (reached == step) {
                  throw new Fleet.PowerCut();
                }
              });
      try {
        for (int round = 0; round < 4; round++) {
          mortal.turn();
          fleet.clock.advance(Duration.ofSeconds(20));
          if (round == 2 && instance == 0) {
            fleet.receive(model, Action.CANCEL, unwanted.toString(), 0.5);
          }
        }
      } catch (Fleet.PowerCut e) {
        cuts++;
      }
      fleet.expireLease();
    }
    return cuts;
  }

  @ParameterizedTest
  @EnumSource(
      value = Step.class,
      names = {"MARKED", "ANSWERED", "RECORDED", "LOOKED"})
  void pausedInstance_changesNothingWhenItComesBack(Step step) throws Exception {
    List<UUID> ids = work("pause-" + step.name().toLowerCase(Locale.ROOT));
    Dispatcher other = fleet.dispatcher(toMaestro());
    AtomicInteger pauses = new AtomicInteger();
    Dispatcher paused =
        fleet.dispatcher(
            toMaestro(),
            reached -> {
              if (reached == step && pauses.getAndIncrement() == 0) {
                whilePaused(other);
              }
            });
    paused.turn();
    maestro.starts().forEach(id -> maestro.set(id, "IN_PROGRESS"));
    fleet.clock.advance(Duration.ofSeconds(20));
    for (int i = 0; i < 5; i++) {
      paused.turn();
    }
    List<List<String>> before = new ArrayList<>();
    for (UUID id : ids) {
      before.add(fleet.states(id));
    }
    for (int i = 0; i < 5; i++) {
      fleet.clock.advance(Duration.ofSeconds(20));
      paused.turn();
    }
    List<List<String>> after = new ArrayList<>();
    for (UUID id : ids) {
      after.add(fleet.states(id));
    }
    maestro.everyRunEnds("SUCCEEDED");
    fleet.drive(other, 10);

    assertThat(pauses.get()).isPositive();
    assertThat(after).as("whoever has lost the lease changes nothing").isEqualTo(before);
    assertThat(maestro.starts())
        .containsExactlyInAnyOrderElementsOf(ids.stream().map(UUID::toString).toList());
    for (UUID id : ids) {
      assertThat(fleet.state(id)).isEqualTo("SUCCEEDED");
    }
  }

  /** The other one takes over, and hands in all that there is. */
  private void whilePaused(Dispatcher other) {
    try {
      fleet.expireLease();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    for (int i = 0; i < 3; i++) {
      other.turn();
      fleet.clock.advance(Duration.ofSeconds(20));
    }
  }

  @Test
  void pausedInstance_beforeItSendsAnEvent_leavesItToAPerson() throws Exception {
    WebhookDouble webhook = new WebhookDouble("");
    UUID id = fleet.granted("event-marked");
    SchedulerOptions way = toWebhook(webhook);
    Dispatcher mortal =
        fleet.dispatcher(
            way,
            reached -> {
              throw new Fleet.PowerCut();
            });
    assertThatThrownBy(mortal::turn).isInstanceOf(Fleet.PowerCut.class);
    fleet.expireLease();
    fleet.drive(fleet.dispatcher(way), 30);

    assertThat(webhook.requests()).isEmpty();
    assertThat(fleet.states(id)).containsExactly("GRANTED", "SUBMITTED", "UNKNOWN");
    webhook.close();
  }

  @Test
  void manyRunning_areLookedAtInTurn_andKeepNobodyFromBeingHandedIn() throws Exception {
    int many = 120;
    fleet.cap(2 * many);
    fleet.models("crowd-", many);
    for (int i = 0; i < many; i++) {
      fleet.receive("crowd-" + i, Action.RETRAIN, null, 0.5);
    }
    Dispatcher dispatcher = fleet.dispatcher(toMaestro());
    assertThat(turnsUntilDone(dispatcher)).isLessThan(10);
    int before = maestro.requests().size();

    fleet.clock.advance(Duration.ofSeconds(90));
    UUID fresh = fleet.granted("newcomer");
    dispatcher.turn();

    assertThat(maestro.starts()).contains(fresh.toString());
    assertThat(maestro.requests()).as("some looks and one start").hasSize(before + 50 + 1);
    assertThat(turnsUntilDone(dispatcher)).isEqualTo(2);
    assertThat(maestro.requests()).as("each was looked at once").hasSize(before + many + 2);
  }

  private static int turnsUntilDone(Dispatcher dispatcher) {
    int turns = 1;
    while (dispatcher.turn()) {
      turns++;
    }
    return turns;
  }

  @Test
  void thousandCommands_areHandedInInTheirOrder_andNoneTwice() throws Exception {
    int many = 1_000;
    fleet.cap(2 * many);
    List<String> ids = new ArrayList<>();
    fleet.models("burst-", many);
    for (int i = 0; i < many; i++) {
      double severity = (i * 7 % 100) / 100.0;
      ids.add(fleet.receive("burst-" + i, Action.RETRAIN, null, severity).toString());
    }
    try (Dispatcher first = fleet.dispatcher(toMaestro());
        Dispatcher second = fleet.dispatcher(toMaestro())) {
      first.start();
      second.start();
      awaitStarts(many / 3);
      first.close(); // The other one takes over at once: it gave the lease back.
      maestro.go(Fault.HANG_UP_AFTER, Fault.FAIL_AFTER);
      awaitStarts(many);
    }

    assertThat(maestro.starts()).containsExactlyInAnyOrderElementsOf(ids);
    List<String> order =
        POSTGRES
            .query(
                PostgresDatabase.SUPERUSER,
                "SELECT command_id FROM runway.retrain_commands WHERE model_id LIKE 'burst-%'"
                    + " ORDER BY rank_at, command_id")
            .stream()
            .map(row -> row.get(0))
            .collect(Collectors.toList());
    assertThat(maestro.starts()).isEqualTo(order);
    assertThat(new HashSet<>(order)).hasSize(many);
  }

  /** Waits, and time goes on: whoever was told to come again later does. */
  private void awaitStarts(int count) {
    await()
        .atMost(Duration.ofMinutes(2))
        .until(
            () -> {
              fleet.clock.advance(Duration.ofSeconds(1));
              return maestro.starts().size() >= count;
            });
  }
}
