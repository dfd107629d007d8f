package dev.runway.control.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.runway.control.options.SchedulerOptions;
import dev.runway.control.scheduler.MaestroDouble;
import dev.runway.control.scheduler.SchedulerDouble.Fault;
import dev.runway.model.RetrainCommand.Action;
import dev.runway.testkit.PostgresDatabase;
import dev.runway.testkit.Waits;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two instances that lose the lease, pause and end anywhere, a scheduler that goes wrong in every
 * way and hears some requests late, and people who cancel: in an order that a seed decides. A
 * command that has ended here has nothing that runs there, at any time.
 */
class DispatchChaosITCase {
  @RegisterExtension static final PostgresDatabase POSTGRES = new PostgresDatabase();

  private static final int COMMANDS = 8;
  private static final int STEPS = 80;
  private static final Set<String> ENDS =
      Set.of("SUCCEEDED", "FAILED", "CANCELLED", "TIMED_OUT", "REFUSED");

  private final MaestroDouble maestro = new MaestroDouble();
  private final Dispatcher[] two = new Dispatcher[2];
  private final List<UUID> ids = new ArrayList<>();
  private Fleet fleet;
  private Random random = new Random(0);
  private boolean calm;
  private boolean paused;

  @BeforeEach
  void open() {
    fleet = new Fleet(POSTGRES);
  }

  @AfterEach
  void close() throws Exception {
    maestro.close();
    fleet.close();
  }

  /** Patience is longer than the whole storm: what is on its way arrives before it is over. */
  private SchedulerOptions way() {
    return fleet.way(
        Map.of(
            "RUNWAY_CONTROL_SCHEDULER", "maestro",
            "RUNWAY_CONTROL_SCHEDULER_URL", maestro.address().toString(),
            "RUNWAY_CONTROL_SCHEDULER_TARGET", "train",
            "RUNWAY_CONTROL_SCHEDULER_TIMEOUT", "PT0.2S",
            "RUNWAY_CONTROL_SCHEDULER_PATIENCE", "PT30M"));
  }

  private static String model(long seed, int number) {
    return "storm-" + seed + "-" + number;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void storm_startsNothingTwice_losesNothing_andLeavesNothingUnfollowed(long seed)
      throws Exception {
    random = new Random(seed);
    for (int i = 0; i < COMMANDS; i++) {
      UUID id = fleet.granted(model(seed, i));
      fleet.version(model(seed, i), "2", id.toString());
      ids.add(id);
    }
    two[0] = dispatcher(0);
    two[1] = dispatcher(1);

    for (int step = 0; step < STEPS; step++) {
      disturb(seed);
      turn(random.nextInt(2));
      requireNothingUnfollowed("seed " + seed + ", step " + step);
      fleet.clock.advance(Duration.ofSeconds(1 + random.nextInt(15)));
    }
    calm = true;
    maestro.letArrive();
    await().atMost(Waits.LONG).until(maestro::hasAllArrived);
    turn(0);
    maestro.everyRunEnds("SUCCEEDED");
    fleet.expireLease();
    for (int i = 0; i < 60; i++) {
      turn(0);
      fleet.clock.advance(Duration.ofMinutes(1));
    }

    requireNothingUnfollowed("seed " + seed + ", at the end");
    // The double starts nothing twice under one id: a second training would come under another one.
    assertThat(ids).extracting(UUID::toString).containsAll(maestro.starts());
    assertThat(maestro.startedModels()).as("none is trained twice").doesNotHaveDuplicates();
    for (UUID id : ids) {
      String state = fleet.state(id);
      assertThat(state).isIn("SUCCEEDED", "CANCELLED");
      assertThat(maestro.starts().contains(id.toString()) || state.equals("CANCELLED"))
          .as("none is lost")
          .isTrue();
    }
  }

  private Dispatcher dispatcher(int which) {
    return fleet.dispatcher(way(), step -> happen(1 - which));
  }

  /** Between two steps of one instance: mostly nothing, else the other takes over, or it ends. */
  private void happen(int other) {
    int dice = random.nextInt(30);
    if (calm || paused || dice > 2) {
      return;
    }
    if (dice == 0) {
      throw new Fleet.PowerCut();
    }
    paused = true;
    try {
      fleet.expireLease();
      for (int i = 0; i < 3; i++) {
        turn(other);
        fleet.clock.advance(Duration.ofSeconds(2));
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    } finally {
      paused = false;
    }
  }

  private void turn(int which) {
    try {
      two[which].turn();
    } catch (Fleet.PowerCut e) {
      two[which] = dispatcher(which);
    }
  }

  private void disturb(long seed) throws SQLException {
    Fault[] faults = Fault.values();
    int victim = random.nextInt(COMMANDS);
    switch (random.nextInt(8)) {
      case 0 -> maestro.go(faults[random.nextInt(faults.length)], Fault.LATE);
      case 1 -> {
        if (random.nextInt(3) == 0) {
          fleet.receive(model(seed, victim), Action.CANCEL, ids.get(victim).toString(), 0.5);
        }
      }
      case 2 -> fleet.expireLease();
      case 3 -> {
        String id = ids.get(victim).toString();
        if (maestro.isActive(id)) {
          maestro.set(id, "IN_PROGRESS");
        }
      }
      default -> {
        // Nothing.
      }
    }
  }

  private void requireNothingUnfollowed(String when) throws SQLException {
    for (UUID id : ids) {
      boolean ended = ENDS.contains(fleet.state(id));
      assertThat(ended && maestro.isActive(id.toString())).as("%s, %s", when, id).isFalse();
    }
  }
}
