package dev.runway.stack.supervisor;

import dev.runway.stack.ComponentState.Status;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Something done once during the start, such as creating topics; tried again when it fails. */
final class Step {

  /** The work; hands back a word on what was done. */
  interface Work {
    String run() throws Exception;
  }

  private static final int ATTEMPTS = 3;
  private static final Duration BETWEEN = Duration.ofSeconds(1);

  private final String name;
  private final StateBoard board;
  private final Work work;

  Step(String name, StateBoard board, Work work) {
    this.name = name;
    this.board = board;
    this.work = work;
  }

  /** Returns whether it was done. */
  boolean run(CountDownLatch stop) throws InterruptedException {
    for (int attempt = 1; attempt <= ATTEMPTS && stop.getCount() > 0; attempt++) {
      board.move(name, Status.STARTING, 0, null);
      try {
        board.move(name, Status.DONE, 0, work.run());
        return true;
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception e) {
        board.died(name, e.toString());
        if (stop.await(BETWEEN.toMillis(), TimeUnit.MILLISECONDS)) {
          return false;
        }
      }
    }
    String error = board.component(name).lastError();
    board.failed(name, error == null ? "stopped" : error);
    return false;
  }
}
