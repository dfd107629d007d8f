package dev.runway.bench;

import dev.runway.bench.harness.CaseProcess;
import java.util.Locale;

/** Runs one case in this JVM; what it prints last is its rows, in one line of JSON. */
public final class CaseMain {
  private CaseMain() {}

  /**
   * Measures.
   *
   * @param args case, open predictions, measured steps, seed, data (see {@link Workload#of})
   */
  public static void main(String[] args) {
    JoinCase measured = JoinCase.valueOf(args[0].toUpperCase(Locale.ROOT));
    CaseProcess.answer(
        () -> {
          Workload workload =
              Workload.of(Integer.parseInt(args[1]), Long.parseLong(args[3]), args[4]);
          return measured.run(workload, Long.parseLong(args[2]));
        });
  }
}
