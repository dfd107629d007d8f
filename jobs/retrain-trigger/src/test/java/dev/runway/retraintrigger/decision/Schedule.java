package dev.runway.retraintrigger.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.Control;
import dev.runway.model.DriftReading;
import dev.runway.model.EmbeddingSpace.Usage;
import dev.runway.model.EmbeddingStability.Compatibility;
import dev.runway.model.ExperimentResult;
import dev.runway.model.ExperimentResult.Better;
import dev.runway.model.ModelDocument;
import dev.runway.model.PerformanceReading;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainStatus;
import dev.runway.model.RetrainStatus.State;
import dev.runway.retraintrigger.Scene;
import dev.runway.retraintrigger.SomeReadings;
import dev.runway.retraintrigger.signal.SpaceReading;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * What happens to one model in some hours, by a seed: drift and decay that come and go, silence,
 * too few labels, words about its embeddings, switches, policies, and a ledger that grants, refuses
 * and fails.
 */
final class Schedule {
  static final int TICKS = 600;

  /** So that what a seed was before there were words of spaces, it still is. */
  private static final long SPACES = 0x5bd1e995L;

  private static final long EXPERIMENTS = 0x85ebca6bL;

  private static final long ENDS = 0xc2b2ae35L;

  /** And before sources were down. */
  private static final long SOURCES = 0x2545f491L;

  /**
   * Something that arrives between two ticks; readings may come later, but before they are due.
   *
   * @param written its place among what comes in the order in which it was written; 0 for all that
   *     may come in any order
   */
  record Arrival(long dueTick, long lastTick, int written, Consequence what) {
    Arrival(long dueTick, long lastTick, Consequence what) {
      this(dueTick, lastTick, 0, what);
    }
  }

  /** What an arrival does. */
  interface Consequence {
    void happen(Scene scene);
  }

  final int tier;
  final List<Arrival> arrivals = new ArrayList<>();

  /** Those of the arrivals that experiments have found: a job reads their topic at its start. */
  final List<Arrival> findings = new ArrayList<>();

  /** Whether commands are switched off all the time. */
  final boolean switchedOff;

  private final long seed;
  private long newestStored;

  Schedule(long seed) {
    this(seed, false);
  }

  private Schedule(long seed, boolean switchedOff) {
    this.seed = seed;
    this.switchedOff = switchedOff;
    SplittableRandom random = new SplittableRandom(seed);
    this.tier = 1 + random.nextInt(2);
    readings(random);
    corrections(new SplittableRandom(~seed));
    if (!switchedOff) {
      controls(random);
    }
    policies(random);
    spaces(new SplittableRandom(seed ^ SPACES));
    sources(new SplittableRandom(seed ^ SOURCES));
    experiments(new SplittableRandom(seed ^ EXPERIMENTS));
    if (!switchedOff) {
      isToGo(new SplittableRandom(seed ^ ENDS));
    }
  }

  /**
   * Where no command leaves and no policy changes, a correction is the same whenever it comes
   * before the next window is judged: so here it may.
   */
  static Schedule switchedOff(long seed) {
    return new Schedule(seed, true);
  }

  /** Of what the model rests on, and of what it was trained on, there are words in between. */
  void begin(Scene scene) {
    scene.dossier.take(Scene.embedded(tier, "v6", "v5"));
    scene.around = around(false);
  }

  /** The tick that judges the next window, at a tick or after it. */
  private long judgedNext(long tick) {
    long window = 10L * tier;
    long lateness = Scene.SETTINGS.latenessMillis() / Scene.MINUTE;
    return lateness - Math.floorDiv(lateness - tick, window) * window;
  }

  /** Several of a minute, of which the last one counts, and never two in another order. */
  private void spaces(SplittableRandom random) {
    Compatibility[] all = Compatibility.values();
    int written = 0;
    for (long minute = 20; minute < TICKS; minute += 40 + random.nextInt(80)) {
      for (int i = random.nextInt(3); i >= 0; i--) {
        Compatibility compatibility =
            random.nextInt(3) == 0 ? all[random.nextInt(all.length)] : Compatibility.STABLE;
        long stored = Scene.START + (minute - random.nextInt(2) * minute / 2) * Scene.MINUTE;
        long told = Scene.START + minute * Scene.MINUTE;
        newestStored = Math.max(newestStored, stored);
        SpaceReading reading =
            Objects.requireNonNull(
                    SpaceReading.of(
                            SomeReadings.space("titles", Usage.COORDINATES, compatibility, 0.8)
                                .asOf(newestStored))
                        .get(Scene.MODEL))
                .get(Usage.COORDINATES)
                .toldAt(told);
        written++;
        arrivals.add(new Arrival(minute, minute, written, scene -> tell(scene, reading)));
      }
    }
  }

  private void tell(Scene scene, SpaceReading reading) {
    scene.dossier.take(reading);
    assertThat(scene.dossier.spaces.get(reading.slot()))
        .as("seed %d: what was written last of a pair", seed)
        .isEqualTo(reading);
  }

  /** Two that go on, of which one is good for an hour; each says more than once what it found. */
  private void experiments(SplittableRandom random) {
    for (int i = 0; i < 2; i++) {
      String metric = "m" + i;
      for (long minute = 60L + random.nextInt(100), revision = 1; minute < TICKS; revision++) {
        long end = Scene.START + minute * Scene.MINUTE;
        ExperimentResult result =
            SomeReadings.experiment(
                "v1", metric, -0.1 * random.nextInt(3), end, revision, 1.0, Better.HIGHER);
        ExperimentResult found =
            i == 0 ? result : SomeReadings.since(result, end - 30 * Scene.MINUTE);
        Arrival arrival = new Arrival(minute, minute, scene -> scene.found(found));
        arrivals.add(arrival);
        findings.add(arrival);
        minute += random.nextInt(3) == 0 ? 0 : 30 + random.nextInt(150);
      }
    }
  }

  /** One of some is said to be deprecated, and after a while that it stays. */
  private void isToGo(SplittableRandom random) {
    if (random.nextInt(5) > 0) {
      return;
    }
    long minute = 200L + random.nextInt(200);
    for (List<String> deprecated : List.of(List.of("v1"), List.<String>of())) {
      ModelDocument document = Scene.embedded(tier, "v6", "v5", deprecated);
      arrivals.add(new Arrival(minute, minute, scene -> scene.dossier.take(document)));
      minute += 60 + random.nextInt(100);
    }
  }

  /** A source is said to be down, also while the model predicts: that is known, or will be. */
  private void sources(SplittableRandom random) {
    for (long minute = 30; minute < TICKS; minute += 30 + random.nextInt(120)) {
      boolean down = random.nextBoolean();
      arrivals.add(new Arrival(minute, minute, scene -> scene.around = around(down)));
    }
  }

  private Surroundings around(boolean down) {
    return new Surroundings(
        null,
        0,
        0,
        null,
        null,
        down,
        switchedOff,
        Surroundings.QUIET.heardMillis(),
        down ? "clicks seems to be down" : null);
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
        long after = random.nextInt(60);
        long at = minute + (switchedOff ? 8 + after / 2 : 12 + after);
        long last = switchedOff ? judgedNext(at) : at;
        arrivals.add(new Arrival(at, last, scene -> scene.dossier.take(reading, scene.now)));
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
      long minute = switchedOff ? 1 : 30L + 200L * (version - 1);
      if (version == 1 || !switchedOff) {
        arrivals.add(new Arrival(minute, minute, scene -> scene.policy(of, spec)));
      }
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
