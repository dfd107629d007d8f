package dev.runway.demo.stage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Acts one after the other. While one plays the next is made ready beside it, for much of both is
 * to wait: for jobs to start, for results to be final. They share nothing but the stack.
 */
public final class Programme {
  private static final long LEAVE_SECONDS = 10;

  private final List<Act> acts;
  private final Consumer<String> out;

  /**
   * @param acts at least one
   */
  public Programme(List<? extends Act> acts, Consumer<String> out) {
    this.acts = List.copyOf(acts);
    this.out = out;
  }

  /**
   * Plays. When an act fails no later one is played, and nothing is left running.
   *
   * @return what came of each
   * @throws InterruptedException when it is told to end, which takes a {@link #stop} then
   */
  public List<Act.Ending> play() throws IOException, InterruptedException {
    ExecutorService stagehand = Executors.newSingleThreadExecutor(Programme::daemon);
    try {
      return inTurn(stagehand);
    } catch (IOException | RuntimeException | Error e) {
      leave(stagehand);
      stopAfter(e);
      throw e;
    } catch (InterruptedException e) {
      leave(stagehand);
      throw e;
    } finally {
      stagehand.shutdownNow();
    }
  }

  private List<Act.Ending> inTurn(ExecutorService stagehand)
      throws IOException, InterruptedException {
    List<Act.Ending> endings = new ArrayList<>();
    out.accept(acts.get(0).preparation());
    acts.get(0).open();
    for (int i = 0; i < acts.size(); i++) {
      Act next = i + 1 < acts.size() ? acts.get(i + 1) : null;
      Future<Boolean> opened = next == null ? null : stagehand.submit(opening(next));
      endings.add(acts.get(i).play());
      if (next != null) {
        out.accept("");
        out.accept(next.preparation());
        await(opened);
      }
    }
    return endings;
  }

  private static Callable<Boolean> opening(Act act) {
    return () -> {
      act.open();
      return true;
    };
  }

  private static void await(@Nullable Future<Boolean> opened)
      throws IOException, InterruptedException {
    if (opened == null) {
      return;
    }
    try {
      opened.get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      String why = cause == null ? e.toString() : cause.getMessage();
      throw new IOException("the next act cannot be opened: " + why, e);
    }
  }

  /** What is being opened must have ended before it is stopped: else it goes on behind that. */
  private static void leave(ExecutorService stagehand) throws InterruptedException {
    stagehand.shutdownNow();
    if (!stagehand.awaitTermination(LEAVE_SECONDS, TimeUnit.SECONDS)) {
      System.err.println("the opening of the next act does not end; stopping beside it");
    }
  }

  private void stopAfter(Throwable failure) throws InterruptedException {
    try {
      stop();
    } catch (IOException | RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  /** Ends whatever runs of any act. */
  public void stop() throws IOException, InterruptedException {
    Exception first = null;
    for (Act act : acts) {
      try {
        act.stop();
      } catch (IOException | RuntimeException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first instanceof IOException failure) {
      throw failure;
    }
    if (first instanceof RuntimeException failure) {
      throw failure;
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "stagehand");
    thread.setDaemon(true);
    return thread;
  }
}
