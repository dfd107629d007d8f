package dev.runway.retraintrigger.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.Decision;
import dev.runway.model.ModelState;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainStatus;
import dev.runway.model.SignalPart.Signal;
import dev.runway.model.Staleness;
import dev.runway.model.Suspension;
import dev.runway.retraintrigger.Scene;
import dev.runway.retraintrigger.decision.Schedule.Arrival;
import dev.runway.retraintrigger.policy.PolicySet;
import dev.runway.retraintrigger.state.CommandFile;
import dev.runway.retraintrigger.state.Dossier;
import dev.runway.retraintrigger.state.StoredValue;
import dev.runway.retraintrigger.state.VersionFile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Random hours of one model against what may never happen; a seed that fails is in the message. */
class SchedulesTest {
  /** More with {@code -Drunway.trigger.schedules=100000}. */
  private static final int SCHEDULES = Integer.getInteger("runway.trigger.schedules", 300);

  /** The first seed: of a part of many, or the one that has failed. */
  private static final long FROM = Long.getLong("runway.trigger.from", 0);

  private static final int ORDERS = Math.max(1, SCHEDULES / 5);

  private static LongStream seeds(int count) {
    return LongStream.range(FROM, FROM + count).parallel();
  }

  @Test
  void nothingThatMayNotBe_everHappens() {
    AtomicInteger commands = new AtomicInteger();
    Set<ModelState> states = ConcurrentHashMap.newKeySet();
    Set<Decision.Hold> holds = ConcurrentHashMap.newKeySet();
    Set<Signal> signals = ConcurrentHashMap.newKeySet();
    Set<Suspension> suspensions = ConcurrentHashMap.newKeySet();
    seeds(SCHEDULES)
        .forEach(
            seed -> {
              Run run = new Run(new Schedule(seed), null);
              run.to(Schedule.TICKS);
              requireInvariants(seed, run.scene);
              commands.addAndGet(run.scene.commands.size());
              for (Staleness state : run.scene.states) {
                states.add(state.state());
                if (state.suspension() != null) {
                  suspensions.add(state.suspension());
                }
              }
              for (Decision decision : run.scene.decisions) {
                decision.parts().forEach(part -> signals.add(part.signal()));
                if (decision.hold() != null) {
                  holds.add(decision.hold());
                }
              }
            });

    // Else the schedules would not reach what they are to test.
    assertThat(commands.get()).isGreaterThan(SCHEDULES / 4);
    assertThat(signals)
        .contains(Signal.EMBEDDING, Signal.EXPERIMENT, Signal.PERFORMANCE, Signal.DATA_DRIFT);
    assertThat(states)
        .contains(
            ModelState.HEALTHY,
            ModelState.AT_RISK,
            ModelState.STALE,
            ModelState.RETRAINING,
            ModelState.SUSPENDED,
            ModelState.NO_DATA,
            ModelState.DEPRECATED);
    assertThat(suspensions).contains(Suspension.SOURCE_DOWN, Suspension.COVERAGE_FLOOR);
    assertThat(holds)
        .contains(
            Decision.Hold.COOL_DOWN,
            Decision.Hold.OUTSTANDING,
            Decision.Hold.ATTEMPTS,
            Decision.Hold.KILL_SWITCH,
            Decision.Hold.CONDITION);
  }

  private static void requireInvariants(long seed, Scene scene) {
    String where = "seed " + seed;
    Map<String, Decision> byId = new HashMap<>();
    scene.decisions.forEach(decision -> byId.put(decision.id().toString(), decision));
    Set<String> ids = new HashSet<>();
    Set<String> attempts = new HashSet<>();
    for (RetrainCommand command : scene.commands) {
      assertThat(ids.add(command.commandId().toString())).as(where).isTrue();
      assertThat(attempts.add(command.cause().episode() + "#" + command.cause().attempt()))
          .as(where)
          .isTrue();
      Decision decision = Objects.requireNonNull(byId.get(command.decisionId()));
      assertThat(decision.stateAfter()).as(where).isEqualTo(ModelState.STALE);
      assertThat(decision.episode()).as(where).isEqualTo(command.cause().episode());
      assertThat(decision.hold()).as(where).isNull();
    }
    for (Decision decision : scene.decisions) {
      if (!decision.verdict().commands()) {
        assertThat(decision.commandId()).as(where).isNull();
      }
      if (decision.stateAfter() == ModelState.DEPRECATED) {
        assertThat(decision.verdict()).as(where).isEqualTo(Decision.Verdict.NONE);
      }
    }
    requireCoolDowns(where, scene);
  }

  /**
   * Within the cool-down of a command that ran there is another try of it, or once what is worse.
   * One that the ledger has refused has broken nothing: it may be asked for again.
   */
  private static void requireCoolDowns(String where, Scene scene) {
    for (RetrainCommand before : scene.commands) {
      CommandFile file = file(scene, before);
      int broken = 0;
      for (int i = scene.commands.indexOf(before) + 1; i < scene.commands.size(); i++) {
        RetrainCommand now = scene.commands.get(i);
        boolean refused = file.state == RetrainStatus.State.REFUSED;
        boolean cools = before.issuedAtMillis() + file.cooldownMillis > now.issuedAtMillis();
        boolean again = before.cause().episode().equals(now.cause().episode()) && file.hasFailed();
        if (!refused && cools && !again && !followsAFailure(scene, i)) {
          broken += file(scene, now).state == RetrainStatus.State.REFUSED ? 0 : 1;
          assertThat(now.urgency().severityClass()).as(where).isGreaterThan(file.severityClass);
          assertThat(file.breaksCooldown).as(where).isFalse();
        }
      }
      assertThat(broken).as("%s: %s of %s", where, before, scene.commands).isLessThanOrEqualTo(1);
    }
  }

  private static CommandFile file(Scene scene, RetrainCommand command) {
    return Objects.requireNonNull(scene.dossier.commands.get(command.commandId().toString()));
  }

  private static boolean followsAFailure(Scene scene, int index) {
    RetrainCommand now = scene.commands.get(index);
    for (RetrainCommand before : scene.commands.subList(0, index)) {
      boolean last =
          before.cause().episode().equals(now.cause().episode())
              && before.cause().attempt() == now.cause().attempt() - 1;
      if (last) {
        return file(scene, before).hasFailed();
      }
    }
    return false;
  }

  @Test
  void anyOrderWithinTheLateness_endsTheSame() {
    seeds(ORDERS)
        .forEach(
            seed -> {
              Run inOrder = new Run(new Schedule(seed), null);
              inOrder.to(Schedule.TICKS);
              for (long order = 1; order <= 3; order++) {
                Run shuffled = new Run(new Schedule(seed), new Random(31 * seed + order));
                shuffled.to(Schedule.TICKS);

                assertThat(ids(shuffled.scene)).as("seed %d", seed).isEqualTo(ids(inOrder.scene));
                assertThat(ending(shuffled.scene.dossier))
                    .as("seed %d, order %d", seed, order)
                    .isEqualTo(ending(inOrder.scene.dossier));
              }
            });
  }

  /**
   * A correction comes with any of the ticks between two windows, that included which judges the
   * second: windows, policies and episodes come to the same.
   */
  @Test
  void correctionAtAnyTickBeforeTheNextWindow_endsTheSame() {
    AtomicInteger recounts = new AtomicInteger();
    seeds(ORDERS)
        .forEach(
            seed -> {
              Run inOrder = new Run(Schedule.switchedOff(seed), null);
              inOrder.to(Schedule.TICKS);
              assertThat(inOrder.scene.commands).as("seed %d", seed).isEmpty();
              recounts.addAndGet(recounts(inOrder.scene));
              for (long order = 1; order <= 3; order++) {
                Run shuffled = new Run(Schedule.switchedOff(seed), new Random(31 * seed + order));
                shuffled.to(Schedule.TICKS);

                assertThat(levels(shuffled.scene.dossier))
                    .as("seed %d, order %d", seed, order)
                    .isEqualTo(levels(inOrder.scene.dossier));
              }
            });

    // Else the schedules would not reach what they are to test.
    assertThat(recounts.get()).isGreaterThan(ORDERS);
  }

  /** Windows that were judged more than once. */
  private static int recounts(Scene scene) {
    Set<Long> ends = new HashSet<>();
    scene.decisions.forEach(decision -> ends.add(decision.windowEndMillis()));
    return scene.decisions.size() - ends.size();
  }

  private static List<String> ids(Scene scene) {
    return scene.commands.stream().map(command -> command.commandId().toString()).toList();
  }

  /** All but the tick at which the newest reading came, which is what was shuffled. */
  private static String ending(Dossier dossier) {
    Dossier copy = StoredValue.read(StoredValue.write(dossier), Dossier.class);
    for (VersionFile file : copy.versions.values()) {
      file.lastArrivalMillis = 0;
    }
    return new String(StoredValue.write(copy), StandardCharsets.UTF_8);
  }

  /** All but at which tick something was said, and when it could be heard. */
  private static String levels(Dossier dossier) {
    Dossier copy = StoredValue.read(StoredValue.write(dossier), Dossier.class);
    for (VersionFile file : copy.versions.values()) {
      file.lastArrivalMillis = 0;
      file.heardAtMillis = 0;
      file.heardAtBefore = 0;
      file.looksAgain = false;
      file.shown = null;
    }
    return new String(StoredValue.write(copy), StandardCharsets.UTF_8);
  }

  @Test
  void replayFromAnOlderSavepoint_sendsTheSameCommands() {
    seeds(ORDERS).forEach(SchedulesTest::requireSameFromASavepoint);
  }

  private static void requireSameFromASavepoint(long seed) {
    Run once = new Run(new Schedule(seed), null);
    long savedAt = 1L + Math.floorMod(seed * 37, Schedule.TICKS - 1);
    once.to(savedAt);
    byte[] saved = StoredValue.write(once.scene.dossier);
    PolicySet policies = once.scene.policies;
    Surroundings around = once.scene.around;
    int sent = once.scene.commands.size();
    int repeated = once.scene.again.size();
    List<Arrival> waiting = new ArrayList<>(once.answers);
    once.to(Schedule.TICKS);

    Run again = new Run(new Schedule(seed), null);
    again.scene.dossier = StoredValue.read(saved, Dossier.class);
    again.scene.policies = policies;
    again.scene.around = around;
    again.schedule.findings.stream()
        .filter(finding -> finding.dueTick() <= savedAt)
        .forEach(finding -> finding.what().happen(again.scene));
    again.scene.now = Scene.START + savedAt * Scene.MINUTE;
    again.tick = savedAt;
    again.answers.addAll(waiting);
    // One that nobody has answered yet is sent again, here and there, and is no other one.
    again.scene.commands.addAll(once.scene.commands.subList(0, sent));
    again.to(Schedule.TICKS);

    assertThat(ids(again.scene)).as("seed %d", seed).isEqualTo(ids(once.scene));
    assertThat(again.scene.again)
        .as("seed %d", seed)
        .hasSameSizeAs(once.scene.again.subList(repeated, once.scene.again.size()));
    assertThat(ending(again.scene.dossier))
        .as("seed %d", seed)
        .isEqualTo(ending(once.scene.dossier));
  }

  @Test
  void beforeThePolicies_nothingIsSaid() {
    seeds(ORDERS)
        .forEach(
            seed -> {
              Run run = new Run(new Schedule(seed), null);
              run.scene.policies = PolicySet.UNREAD;
              run.to(200);

              assertThat(run.scene.decisions).as("seed %d", seed).isEmpty();
              assertThat(run.scene.commands).as("seed %d", seed).isEmpty();
            });
  }

  /** A schedule carried out, in order or shuffled and each thing twice. */
  private static final class Run {
    final Scene scene;
    final List<Arrival> answers = new ArrayList<>();
    private final Schedule schedule;
    private final @Nullable Random random;
    private final List<Arrival> late = new ArrayList<>();
    long tick;

    Run(Schedule schedule, @Nullable Random random) {
      this.schedule = schedule;
      this.random = random;
      this.scene = Scene.of(schedule.tier);
      schedule.begin(scene);
    }

    void to(long last) {
      while (tick < last) {
        tick++;
        scene.now = Scene.START + tick * Scene.MINUTE;
        arrive();
        int before = scene.commands.size();
        scene.tick();
        for (RetrainCommand command : scene.commands.subList(before, scene.commands.size())) {
          answers.addAll(schedule.answers(command, tick));
        }
      }
    }

    /** What was written one after the other comes so. */
    private static void keepWritten(List<Arrival> shuffled) {
      List<Arrival> written =
          shuffled.stream()
              .filter(arrival -> arrival.written() > 0)
              .sorted(Comparator.comparingInt(Arrival::written))
              .toList();
      shuffled.removeAll(written);
      shuffled.addAll(written);
    }

    private void arrive() {
      List<Arrival> now = new ArrayList<>(late);
      late.clear();
      schedule.arrivals.stream().filter(arrival -> arrival.dueTick() == tick).forEach(now::add);
      answers.stream().filter(arrival -> arrival.dueTick() == tick).forEach(now::add);
      if (random != null) {
        now.addAll(List.copyOf(now));
        Collections.shuffle(now, random);
        keepWritten(now);
      }
      for (Arrival arrival : now) {
        if (random != null && arrival.lastTick() > tick && random.nextBoolean()) {
          late.add(arrival);
        } else {
          arrival.what().happen(scene);
        }
      }
    }
  }
}
