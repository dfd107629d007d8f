package dev.runway.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
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
    int code = 0;
    try {
      JoinCase measured = JoinCase.valueOf(args[0].toUpperCase(Locale.ROOT));
      Workload workload = Workload.of(Integer.parseInt(args[1]), Long.parseLong(args[3]), args[4]);
      System.out.println(
          new ObjectMapper().writeValueAsString(measured.run(workload, Long.parseLong(args[2]))));
    } catch (Exception e) {
      e.printStackTrace();
      code = 1;
    }
    // Flink's local cluster keeps threads that nobody ends, of a failed case too.
    System.exit(code);
  }
}
