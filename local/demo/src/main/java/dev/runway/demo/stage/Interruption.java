package dev.runway.demo.stage;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Cleans up when this JVM is told to end (Ctrl-C) in the middle of work. The work is interrupted
 * first, so that nothing it was about to start comes after the cleaning.
 */
public final class Interruption {
  private static final long LEAVE_SECONDS = 15;

  /** Work that may be interrupted; gives the exit code. */
  public interface Work {
    int run() throws IOException, InterruptedException;
  }

  /** What must be done after an interrupt. */
  public interface Cleaning {
    void run() throws IOException, InterruptedException;
  }

  private final Cleaning cleaning;
  private final Thread worker = Thread.currentThread();
  private final CountDownLatch left = new CountDownLatch(1);

  private Interruption(Cleaning cleaning) {
    this.cleaning = cleaning;
  }

  /** Does the work in this thread; cleans up only if the JVM is told to end meanwhile. */
  public static int guard(Work work, Cleaning cleaning) throws IOException, InterruptedException {
    Interruption interruption = new Interruption(cleaning);
    Thread hook = new Thread(interruption::cleanUp, "clean-up");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      return work.run();
    } finally {
      interruption.left.countDown();
      remove(hook);
    }
  }

  private static void remove(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is ending: the hook does its work.
      Thread.currentThread().interrupt();
    }
  }

  private void cleanUp() {
    worker.interrupt();
    try {
      if (!left.await(LEAVE_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("work under way does not end; cleaning up beside it");
      }
      cleaning.run();
    } catch (IOException e) {
      System.err.println("cannot clean up: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
