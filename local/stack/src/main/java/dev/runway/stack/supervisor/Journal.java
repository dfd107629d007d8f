package dev.runway.stack.supervisor;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The supervisor's log: standard output, which its starter sends to a file. */
public final class Journal {

  private Journal() {}

  public static void say(String line) {
    System.out.println(Instant.now().truncatedTo(ChronoUnit.MILLIS) + " " + line);
  }
}
