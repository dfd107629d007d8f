package dev.runway.control.http;

import dev.runway.control.database.Unavailable;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A way on which as many are at once as have room, one behind the other in the order in which they
 * came. For answers that take a whole core for long: what is answered in a moment goes past them on
 * the cores that are left.
 */
final class Lane {
  private final Semaphore room;
  private final int mostWaiting;
  private final Duration patience;

  /**
   * @param width how many are on it at once
   * @param mostWaiting how many may wait, each of which holds a thread
   * @param patience how long each of them waits
   */
  Lane(int width, int mostWaiting, Duration patience) {
    this.room = new Semaphore(width, true);
    this.mostWaiting = mostWaiting;
    this.patience = patience;
  }

  /** One that leaves a core to others, where there are two. */
  static Lane besideOthers() {
    return new Lane(
        Math.max(1, Runtime.getRuntime().availableProcessors() - 1), 16, Duration.ofSeconds(10));
  }

  /** Whether nobody more may wait; others come and go meanwhile. */
  boolean isFull() {
    return room.getQueueLength() >= mostWaiting;
  }

  /**
   * Answers when it is its turn.
   *
   * @throws Unavailable if too many wait, or its turn does not come in time
   */
  Answer in(Supplier<Answer> work) {
    if (isFull()) {
      throw new Unavailable("too many ask for as much at once");
    }
    try {
      if (!room.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new Unavailable("others have asked for as much, and are not done yet");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Unavailable("it ends");
    }
    try {
      return work.get();
    } finally {
      room.release();
    }
  }
}
