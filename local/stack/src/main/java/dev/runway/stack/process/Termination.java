package dev.runway.stack.process;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Ends a process: asks first, then insists. */
public final class Termination {

  private static final Duration AFTER_KILL = Duration.ofSeconds(10);

  private Termination() {}

  /**
   * Sends SIGTERM, waits, then SIGKILL to the process.
   *
   * @return whether the process is gone
   */
  public static boolean end(ProcessIdentity process, Duration grace) throws InterruptedException {
    if (!process.alive()) {
      return true;
    }
    Optional<ProcessHandle> handle = ProcessHandle.of(process.pid());
    if (handle.isEmpty()) {
      return true;
    }
    handle.get().destroy();
    if (!awaitEnd(handle.get(), process, grace)) {
      handle.get().destroyForcibly();
      awaitEnd(handle.get(), process, AFTER_KILL);
    }
    return !process.alive();
  }

  private static boolean awaitEnd(ProcessHandle handle, ProcessIdentity process, Duration limit)
      throws InterruptedException {
    try {
      handle.onExit().get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return !process.alive();
    } catch (ExecutionException e) {
      throw new IllegalStateException("waiting for pid " + process.pid() + " failed", e);
    }
  }
}
