package dev.runway.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Locale;

/** Runs one case in this JVM; the last line it prints is its row. */
public final class CaseMain {
  private CaseMain() {}

  /**
   * Measures.
   *
   * @param args case, open predictions, measured steps, seed, ids (time or random)
   */
  public static void main(String[] args) throws Exception {
    JoinCase measured = JoinCase.valueOf(args[0].toUpperCase(Locale.ROOT));
    Workload workload =
        new Workload(Long.parseLong(args[3]), Integer.parseInt(args[1]), args[4].equals("time"));
    Row row = measured.run(workload, Long.parseLong(args[2]));
    System.out.println(new ObjectMapper().writeValueAsString(row));
    // Flink's local cluster keeps threads that nobody ends.
    System.exit(0);
  }
}
