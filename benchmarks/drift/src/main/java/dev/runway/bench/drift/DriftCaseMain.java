package dev.runway.bench.drift;

import dev.runway.bench.harness.CaseProcess;

/** Runs one case in this JVM; what it prints last is its rows, in one line of JSON. */
public final class DriftCaseMain {
  private DriftCaseMain() {}

  /**
   * Measures.
   *
   * @param args see {@link Turn#arguments}
   */
  public static void main(String[] args) {
    Turn turn = Turn.parse(args);
    CaseProcess.answer(() -> turn.measured().run(turn));
  }
}
