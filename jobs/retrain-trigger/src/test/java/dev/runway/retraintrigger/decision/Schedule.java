package dev.runway.retraintrigger.decision;

import dev.runway.model.Control;
import dev.runway.model.DriftReading;
import dev.runway.model.PerformanceReading;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainStatus;
import dev.runway.model.RetrainStatus.State;
import dev.runway.retraintrigger.Scene;
import dev.runway.retraintrigger.SomeReadings;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What happens to one model in some hours, by a seed: drift and decay that come and go, silence,
 * too few labels, switches, policies, and a ledger that grants, refuses and fails.
 */
final class Schedule {
  static final int TICKS = 600;

  /** Something that arrives between two ticks; readings may come later, but before they are due. */
  record Arrival(long dueTick, long lastTick, Consequence what) {}

  /** What an arrival does. */
  interface Consequence {
    void happen(Scene scene);
  }

  final int tier;
  final List<Arrival> arrivals = new ArrayList<>();
  private final long seed;

  Schedule(long seed) {
    this.seed = seed;
    SplittableRandom random = new SplittableRandom(seed);
    this.tier = 1 + random.nextInt(2);
    readings(random);
    corrections(new SplittableRandom(~seed));
    controls(random);
    policies(random);
  }

  private void readings(SplittableRandom random) {
    double severity = 0;
    double auc = 0.8;
    boolean silent = false;
    for (long minute = 10; minute < TICKS; minute += 10) {
      if (random.nextInt(6) == 0) {
        severity = random.nextInt(3) == 0 ? 0 : random.nextDouble();
        auc = random.nextInt(3) == 0 ? 0.7 : 0.8;
        silent = random.nextInt(8) == 0;
      }
      if (!silent) {
        long end = Scene.START + minute * Scene.MINUTE;
        arrive(minute, drift(random, end, severity));
        if (random.nextInt(4) == 0) {
          arrive(minute, replaced(random, end));
        }
        if (random.nextInt(10) > 0) {
          arrive(minute, labels(random, end, auc));
        }
      }
    }
  }

  /** A reading is there when its window is due, at the latest. */
  private void arrive(long minute, Consequence reading) {
    arrivals.add(new Arrival(minute, minute + 1, reading));
  }

  private static Consequence drift(SplittableRandom random, long end, double severity) {
    int kind = random.nextInt(12);
    DriftReading reading =
        kind == 0
            ? SomeReadings.thin("v1", end)
            : SomeReadings.drift(
                "v1",
                kind == 1 ? "live" : "b-1",
                end,
                1 + random.nextInt(3),
                severity,
                kind == 1,
                List.of(SomeReadings.feature("delay", severity, List.of())));
    return scene -> scene.dossier.take(reading, scene.now);
  }

  /** An older revision of a window, which counts for nothing whenever it comes. */
  private static Consequence replaced(SplittableRandom random, long end) {
    double severity = random.nextDouble();
    DriftReading reading =
        SomeReadings.drift(
            "v1",
            "b-1",
            end,
            0,
            severity,
            false,
            List.of(SomeReadings.feature("delay", severity, List.of())));
    return scene -> scene.dossier.take(reading, scene.now);
  }

  /** What a window was, said once more when it was judged long ago, whether others came or not. */
  private void corrections(SplittableRandom random) {
    for (long minute = 10; minute < TICKS; minute += 10) {
      if (random.nextInt(8) == 0) {
        long end = Scene.START + minute * Scene.MINUTE;
        double severity = random.nextBoolean() ? 0 : random.nextDouble();
        DriftReading reading =
            SomeReadings.drift(
                "v1",
                "b-1",
                end,
                9,
                severity,
                false,
                List.of(SomeReadings.feature("delay", severity, List.of())));
        long at = minute + 12 + random.nextInt(60);
        arrivals.add(new Arrival(at, at, scene -> scene.dossier.take(reading, scene.now)));
      }
    }
  }

  private static Consequence labels(SplittableRandom random, long end, double auc) {
    PerformanceReading reading =
        SomeReadings.labelled(
            "v1", end, auc, 1 + random.nextInt(3), random.nextInt(20) == 0 ? 0.4 : 0.95);
    return scene -> scene.dossier.take(reading, scene.now);
  }

  private void controls(SplittableRandom random) {
    for (int revision = 1; revision <= 4; revision++) {
      Control control =
          new Control(
              Scene.MODEL,
              revision % 2 == 1 ? Control.Action.KILL_SWITCH_ON : Control.Action.KILL_SWITCH_OFF,
              revision,
              "ada",
              Scene.START,
              Control.NEVER,
              null,
              null,
              null,
              null,
              null,
              null);
      long minute = 100L * revision + random.nextInt(90);
      arrivals.add(new Arrival(minute, minute, scene -> scene.dossier.take(control)));
    }
  }

  private void policies(SplittableRandom random) {
    if (random.nextBoolean()) {
      return;
    }
    for (int version = 1; version <= 2; version++) {
      String spec =
          """
          "when": "signal.data_drift > %s || signal.performance > 0.5",
          "for": {"windows": %d, "of": 4}, "action": {"retrain": {"mode": "auto"}},
          "limits": {"cooldown": "PT%dM", "maxPerDay": %d}
          """
              .formatted(
                  random.nextInt(3, 9) / 10.0,
                  1 + random.nextInt(3),
                  30 + random.nextInt(200),
                  2 + random.nextInt(4));
      int of = version;
      long minute = 30L + 200L * (version - 1);
      arrivals.add(new Arrival(minute, minute, scene -> scene.policy(of, spec)));
    }
  }

  /** What the ledger says of a command that it sees for the first time at a tick. */
  List<Arrival> answers(RetrainCommand command, long tick) {
    SplittableRandom random =
        new SplittableRandom(seed ^ command.commandId().getLeastSignificantBits());
    List<State> states =
        switch (random.nextInt(7)) {
          case 0 -> List.of(State.REFUSED);
          case 1 -> List.of(State.AWAITING_APPROVAL, State.CANCELLED);
          case 2, 3 -> List.of(State.GRANTED, State.SUBMITTED, State.RUNNING, State.FAILED);
          case 4 -> List.of(State.QUEUED, State.GRANTED, State.UNKNOWN, State.TIMED_OUT);
          default -> List.of(State.GRANTED, State.ACCEPTED, State.RUNNING, State.SUCCEEDED);
        };
    String why = random.nextBoolean() ? "cool_down: another one" : "rejected: by bob";
    List<Arrival> answers = new ArrayList<>();
    long at = tick;
    for (int i = 0; i < states.size(); i++) {
      at += 1 + random.nextInt(12);
      RetrainStatus status =
          new RetrainStatus(
              command.commandId().toString(),
              Scene.MODEL,
              "v1",
              states.get(i),
              i + 1,
              Scene.START + at * Scene.MINUTE,
              states.get(i) == State.REFUSED ? why : null,
              states.get(i) == State.SUCCEEDED ? "v2" : null,
              Double.NaN);
      answers.add(
          new Arrival(
              at, at, scene -> scene.dossier.take(status, scene.settings.cooldownMillis())));
    }
    return answers;
  }
}
