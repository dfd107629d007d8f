package dev.runway.bench;

import java.util.List;

/**
 * One measurement that a case process makes.
 *
 * @param open predictions that wait meanwhile
 * @param steps predictions that are measured, with their outcomes
 * @param data see {@link Workload#of}
 */
record Turn(JoinCase measured, int open, long steps, long seed, String data) {
  /** A turn with a workload. */
  static Turn of(JoinCase measured, Workload workload, long steps) {
    return new Turn(measured, workload.open(), steps, workload.seed(), workload.data());
  }

  /** What {@link CaseMain} is told. */
  List<String> arguments() {
    return List.of(
        measured.option(), Integer.toString(open), Long.toString(steps), Long.toString(seed), data);
  }
}
