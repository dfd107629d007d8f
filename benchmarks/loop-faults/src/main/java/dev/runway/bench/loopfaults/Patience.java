package dev.runway.bench.loopfaults;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Waits for what is to come, and says what has not. */
public final class Patience {
  /** A process that is killed on a busy machine, and all that rests on it, may take so long. */
  public static final Duration LONG = Duration.ofMinutes(8);

  private static final long POLL_MILLIS = 100;

  private Patience() {}

  /** Something that may fail while it is looked at, as what is being killed does. */
  interface Look {
    boolean holds() throws IOException, InterruptedException;
  }

  /**
   * Waits.
   *
   * @param lacks what is still lacking, for whoever has waited in vain
   * @throws IOException when it has not come by then
   */
  static void await(String what, Duration atMost, Look look, Supplier<String> lacks)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    String failure = "";
    while (true) {
      try {
        if (look.holds()) {
          return;
        }
        failure = "";
      } catch (IOException | RuntimeException e) {
        failure = "; " + e;
      }
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "%s: not after %d s; %s%s".formatted(what, atMost.toSeconds(), lacks.get(), failure));
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }
}
