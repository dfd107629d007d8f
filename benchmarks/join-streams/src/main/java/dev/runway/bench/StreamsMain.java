package dev.runway.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;

/** Runs the peer in this JVM; what it prints last is its rows, in one line of JSON. */
public final class StreamsMain {
  private StreamsMain() {}

  /**
   * Measures.
   *
   * @param args as those of {@link CaseMain}
   */
  public static void main(String[] args) {
    int code = 0;
    try {
      Workload workload = Workload.of(Integer.parseInt(args[1]), Long.parseLong(args[3]), args[4]);
      Row row = StreamsPeer.run(workload, Long.parseLong(args[2]));
      System.out.println(new ObjectMapper().writeValueAsString(List.of(row)));
    } catch (Exception e) {
      e.printStackTrace();
      code = 1;
    }
    System.exit(code);
  }
}
