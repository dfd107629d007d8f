package dev.runway.stack.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Lists benchmarks. */
@Command(name = "bench", description = "Lists and runs benchmarks. There are none yet.")
public final class BenchCommand implements Callable<Integer> {

  private static final int NOTHING_TO_RUN = 2;

  @Override
  public Integer call() {
    System.err.println("there are no benchmarks yet");
    return NOTHING_TO_RUN;
  }
}
