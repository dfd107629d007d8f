package dev.runway.bench.drift;

import java.util.List;

/**
 * One measurement that a case process makes.
 *
 * @param minutes of the longest live run
 * @param rate predictions a second of live runs; 0 for the case's own
 */
record Turn(DriftCase measured, Load load, boolean quick, long seed, int minutes, long rate) {
  /** What {@link DriftCaseMain} is told. */
  List<String> arguments() {
    return List.of(
        measured.name(),
        load.text(),
        Boolean.toString(quick),
        Long.toString(seed),
        Integer.toString(minutes),
        Long.toString(rate));
  }

  static Turn parse(String[] arguments) {
    return new Turn(
        DriftCase.valueOf(arguments[0]),
        Load.parse(arguments[1]),
        Boolean.parseBoolean(arguments[2]),
        Long.parseLong(arguments[3]),
        Integer.parseInt(arguments[4]),
        Long.parseLong(arguments[5]));
  }
}
