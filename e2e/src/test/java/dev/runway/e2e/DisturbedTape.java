package dev.runway.e2e;

import dev.runway.demo.play.EventTape;
import dev.runway.model.Topic;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A tape at whose places things happen. An act begins when its place is reached, and events go on
 * meanwhile; but the tape does not go beyond the act's last place before the act is over. So every
 * act falls into the stream, however slow the machine is.
 */
final class DisturbedTape implements EventTape {
  private static final Duration LONGEST_ACT = Duration.ofMinutes(30);

  /** Something to do to the stack. */
  interface Deed {
    void run() throws Exception;
  }

  /**
   * Something that happens while events flow.
   *
   * @param from place at which it begins
   * @param until place that is not passed before it is over
   */
  record Act(String name, int from, int until, Deed deed) {}

  private final EventTape tape;
  private final List<Act> acts;
  private final List<CompletableFuture<Void>> begun;
  private final List<CompletableFuture<Void>> over;

  /**
   * @param acts one after the other: none begins before the one before it is over
   */
  DisturbedTape(EventTape tape, List<Act> acts) {
    this.tape = tape;
    this.acts = List.copyOf(acts);
    this.begun = acts.stream().map(act -> new CompletableFuture<Void>()).toList();
    this.over = acts.stream().map(act -> new CompletableFuture<Void>()).toList();
  }

  /** Starts the thread that acts; it ends with the last act or the first failure. */
  void start() {
    Thread thread = new Thread(this::perform, "acts");
    thread.setDaemon(true);
    thread.start();
  }

  private void perform() {
    for (int i = 0; i < acts.size(); i++) {
      Act act = acts.get(i);
      try {
        begun.get(i).get();
        long from = System.nanoTime();
        System.out.println("e2e: " + act.name() + " at event " + act.from());
        act.deed().run();
        Duration took = Duration.ofNanos(System.nanoTime() - from);
        System.out.println("e2e: " + act.name() + ": over after " + took.toMillis() + " ms");
        over.get(i).complete(null);
      } catch (Throwable e) {
        over.get(i).completeExceptionally(e);
        return;
      }
    }
  }

  @Override
  public Event at(int place) throws IOException {
    for (int i = 0; i < acts.size(); i++) {
      if (place == acts.get(i).from()) {
        begun.get(i).complete(null);
      }
      if (place == acts.get(i).until()) {
        awaitOver(i);
      }
    }
    return tape.at(place);
  }

  private void awaitOver(int act) throws IOException {
    String name = acts.get(act).name();
    try {
      over.get(act).get(LONGEST_ACT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IOException(name + " failed: " + e.getCause(), e.getCause());
    } catch (TimeoutException e) {
      throw new IOException(name + " is not over after " + LONGEST_ACT, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("stopped during " + name, e);
    }
  }

  @Override
  public int size() {
    return tape.size();
  }

  @Override
  public long floorMillis(Topic topic, int from) {
    return tape.floorMillis(topic, from);
  }

  @Override
  public long endMillis() {
    return tape.endMillis();
  }
}
