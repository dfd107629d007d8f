package dev.runway.bench;

import dev.runway.bench.harness.CaseProcess;
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
    CaseProcess.answer(
        () -> {
          Workload workload =
              Workload.of(Integer.parseInt(args[1]), Long.parseLong(args[3]), args[4]);
          return List.of(StreamsPeer.run(workload, Long.parseLong(args[2])));
        });
  }
}
