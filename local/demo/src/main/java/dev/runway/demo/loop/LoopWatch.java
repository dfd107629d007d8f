package dev.runway.demo.loop;

import dev.runway.demo.drift.DriftWatch;
import java.time.Duration;
import java.util.Collections;

/** How drift is judged in the act: every model once in a step. */
final class LoopWatch {
  /** The least number of values that drift-monitor judges; with fewer it takes windows together. */
  private static final int MIN_SAMPLES = 100;

  /** The act has two days and plays years: it has no weeks, and its versions are never young. */
  static final DriftWatch WATCH =
      new DriftWatch(
          Collections.nCopies(4, TimeLapse.STEP), MIN_SAMPLES, 20, 0, Duration.ofMinutes(1), false);

  private LoopWatch() {}
}
