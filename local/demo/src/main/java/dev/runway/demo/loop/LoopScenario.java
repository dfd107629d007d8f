package dev.runway.demo.loop;

import dev.runway.demo.scenario.DemoCase;
import dev.runway.demo.scenario.Histories;
import dev.runway.demo.scenario.HistoryCase;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The models of the act: three on real samples, and a chain of two that is made up. */
final class LoopScenario {
  static final String STRIKES = "strike-damage";
  static final String RAIN = "rain-tomorrow";
  static final String FLIGHTS = "late-arrival";
  static final String TEAM = "demo";

  /** The week in which the feed of delays comes in seconds. */
  static final long SECONDS_FROM = at(2001, 3, 19);

  static final long SECONDS_UNTIL = at(2001, 3, 26);

  /** The step that ends with the week of the fault, and how many it has. */
  static final int SECONDS_LAST = 35;

  static final int SECONDS_STEPS = 5;

  /**
   * At its end the feed is in order again, and somebody asks for a training that reads its labels
   * the wrong way round. Not before the fault: what a canary answers is missing in the windows of
   * the version beside it, which decide how soon the fault is seen.
   */
  static final int REVERSED_AFTER = SECONDS_LAST + 1;

  /** From then on one model predicts for another city too. */
  static final long NEW_YORK_FROM = at(2014, 7, 1);

  static final String NEW_YORK = "New York";

  /** Windows of every model. */
  static final int STEPS = 40;

  private LoopScenario() {}

  static List<LoopModel> models(long startMillis) {
    List<LoopModel> models = new ArrayList<>();
    models.add(strikes(startMillis));
    models.add(rain(startMillis));
    models.add(flights(startMillis));
    models.addAll(TripChain.models(startMillis));
    return models;
  }

  /** A quarter of a year in a step: ten years of bird strikes. */
  private static LoopModel strikes(long startMillis) {
    TimeLapse lapse =
        new TimeLapse(at(1993, 1, 1), Duration.ofHours(24 * 91 + 7).plusMinutes(30), startMillis);
    Parts parts = parts(Histories.strikes(), lapse);
    return new LoopModel(
        STRIKES,
        3,
        TEAM,
        "damage",
        "no_damage",
        lapse.length(Duration.ofDays(21)),
        List.of(),
        lapse,
        parts.past(),
        parts.cases(),
        new LoopModel.Training(10_000, 250, 2, 0.3),
        policy(
            STRIKES,
            // An hour is a quarter of a year: not within a year and a half, and after two and a
            // half.
            "(signal.drifted_features > 0.0 && age > duration('6h')) || age > duration('10h')",
            1,
            "PT4H",
            "\"mode\": \"auto\""),
        null);
  }

  /** Eighteen days in a step: two years of weather. */
  private static LoopModel rain(long startMillis) {
    TimeLapse lapse = new TimeLapse(at(2014, 1, 1), Duration.ofHours(24 * 18 + 6), startMillis);
    Parts parts = parts(Histories.weather(), lapse);
    return new LoopModel(
        RAIN,
        1,
        TEAM,
        "rain",
        "dry",
        lapse.length(Duration.ofDays(2)),
        List.of("Seattle", NEW_YORK),
        lapse,
        parts.past(),
        parts.cases(),
        // Of 36 cases in a step: a canary takes three or four of them. With much more it might have
        // the most traffic of a window by chance, and be the model's primary version to Runway.
        new LoopModel.Training(10_000, 60, 1, 0.33),
        policy(RAIN, "signal.drifted_features > 0.0", 2, "PT6H", "\"requireApproval\": \"tier1\""),
        null);
  }

  /**
   * 33.6 hours in a step: eight weeks of flights. The week of the fault is five whole steps, the
   * 31st to the 35th: a window that is at fault in its last hours alone looks like drift.
   */
  private static LoopModel flights(long startMillis) {
    TimeLapse lapse = new TimeLapse(at(2001, 2, 5), Duration.ofMinutes(2_016), startMillis);
    Parts parts = parts(Histories.flights(), lapse);
    return new LoopModel(
        FLIGHTS,
        2,
        TEAM,
        "late",
        "on_time",
        lapse.length(Duration.ofDays(1)),
        List.of("Northeast", "Midwest", "South", "West"),
        lapse,
        parts.past(),
        parts.cases(),
        new LoopModel.Training(1_000, 300, 5, 0.2),
        policy(FLIGHTS, "signal.drifted_features > 0.0", 2, "PT4H", "\"mode\": \"auto\""),
        null);
  }

  private record Parts(List<LoopCase> past, List<LoopCase> cases) {}

  private static Parts parts(List<HistoryCase> history, TimeLapse lapse) {
    List<LoopCase> past = new ArrayList<>();
    List<LoopCase> cases = new ArrayList<>();
    long end = lapse.actStartMillis() + STEPS * TimeLapse.STEP.toMillis();
    for (HistoryCase each : history) {
      boolean observed = each.observedAtMillis() != DemoCase.NEVER;
      long at = lapse.act(each.atMillis());
      long observedAt = observed ? lapse.act(each.observedAtMillis()) : LoopCase.NEVER;
      LoopCase its =
          new LoopCase(each.id(), at, each.segment(), each.features(), each.positive(), observedAt);
      if (at >= lapse.actStartMillis()) {
        if (at < end) {
          cases.add(its);
        }
      } else if (observed && observedAt < lapse.actStartMillis()) {
        past.add(its);
      }
    }
    return new Parts(past, cases);
  }

  /** The windows that must be held: those of the week of the fault. */
  static HeldWindows heldWindows(LoopModel flights) {
    Set<Long> ends = new HashSet<>();
    for (int step = SECONDS_LAST - SECONDS_STEPS + 1; step <= SECONDS_LAST; step++) {
      ends.add(flights.lapse().actStartMillis() + step * TimeLapse.STEP.toMillis());
    }
    return new HeldWindows(ends);
  }

  static String policy(String model, String when, int windows, String cooldown, String retrain) {
    return """
    {"apiVersion": "runway/v1", "kind": "RetrainPolicy",
     "metadata": {"name": "%s", "team": "%s"},
     "spec": {"models": ["%s"], "when": "%s", "for": {"windows": %d},
              "action": {"retrain": {%s}}, "limits": {"cooldown": "%s"}}}
    """
        .formatted("loop-" + model, TEAM, model, when, windows, retrain, cooldown);
  }

  private static long at(int year, int month, int day) {
    return LocalDate.of(year, month, day).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
  }
}
