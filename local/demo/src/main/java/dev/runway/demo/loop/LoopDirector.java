package dev.runway.demo.loop;

import dev.runway.model.Decision;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Has time go on, step by step, and waits in each for what comes of it.
 *
 * <p>Longer than most: it is the one place that knows the order in which things happen.
 */
final class LoopDirector {
  /**
   * A window is judged so long after its end: drift-monitor's out-of-orderness, and two minutes.
   */
  static final Duration DUE = Duration.ofMinutes(8);

  /** The shortest window of a tier: each of them is judged. */
  private static final Duration TICK = Duration.ofMinutes(10);

  /** A new episode is told to the fleet for so long before its command leaves. */
  private static final Duration HEARD = Duration.ofMinutes(3);

  /** Without anything new. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** With something new all the time, and never what is waited for. */
  private static final Duration LONGEST = Duration.ofMinutes(15);

  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration AGAIN = Duration.ofMillis(300);

  /** What is wrong with jobs and control API, one line each; empty when they run. */
  interface Troubles {
    List<String> now() throws IOException, InterruptedException;
  }

  /** What is played, and what is said about it. */
  record Scene(
      List<LoopModel> models,
      long startMillis,
      LoopNews news,
      LoopState state,
      Troubles troubles) {}

  private final Scene scene;
  private final LoopNews news;
  private final LoopState state;
  private final LoopPlay play;
  private final LoopFeed feed;
  private final ModelServer server;
  private final CanaryRelease canaries;
  private final LoopPeople people;
  private long saidNanos = System.nanoTime();
  private final long begunNanos = System.nanoTime();

  LoopDirector(
      Scene scene,
      LoopPlay play,
      LoopFeed feed,
      ModelServer server,
      CanaryRelease canaries,
      LoopPeople people) {
    this.scene = scene;
    this.news = scene.news();
    this.state = scene.state();
    this.play = play;
    this.feed = feed;
    this.server = server;
    this.canaries = canaries;
    this.people = people;
  }

  void run() throws IOException, InterruptedException {
    play.tick(scene.startMillis());
    for (int step = 1; step <= LoopScenario.STEPS; step++) {
      long end = scene.startMillis() + step * TimeLapse.STEP.toMillis();
      long due = end + DUE.toMillis();
      news.now(end);
      for (long tick = due - TimeLapse.STEP.toMillis() + TICK.toMillis();
          tick < due;
          tick += TICK.toMillis()) {
        play.tick(tick);
      }
      play.until(due);
      awaitReadings(end, due);
      // Before anything new is decided: what is commanded now is trained beside what serves then.
      for (LoopModel model : scene.models()) {
        canaries.judge(model, due, step == LoopScenario.STEPS, this::await);
      }
      play.tick(due);
      awaitJudged(due);
      letCommandsLeave(due);
      follow(due);
      if (step == LoopScenario.REVERSED_AFTER) {
        people.askForReversed(this::await);
        follow(due);
        people.noteReversed();
      }
      if (step % 4 == 0) {
        news.line(
            "  -- step %d of %d after %d s"
                .formatted(
                    step,
                    LoopScenario.STEPS,
                    Duration.ofNanos(System.nanoTime() - begunNanos).toSeconds()));
      }
      if (step == LoopScenario.SECONDS_LAST) {
        people.askForHeld(this::await);
        follow(due);
      }
    }
  }

  /** What the window that has ended is like, and labels that are final by now. */
  private void awaitReadings(long end, long now) throws IOException, InterruptedException {
    Set<LoopState.Window> drift = new HashSet<>();
    Set<LoopState.Window> labels = new HashSet<>();
    for (LoopModel model : scene.models()) {
      play.served(model.id(), end)
          .keySet()
          .forEach(version -> drift.add(new LoopState.Window(model.id(), version, end)));
      for (long old = end; old > scene.startMillis(); old -= TimeLapse.STEP.toMillis()) {
        long window = old;
        if (window + model.horizon().toMillis() < now) {
          play.served(model.id(), window)
              .keySet()
              .forEach(version -> labels.add(new LoopState.Window(model.id(), version, window)));
        }
      }
    }
    await(
        "readings of the window",
        () ->
            drift.stream().allMatch(state::hasDrift)
                && labels.stream().allMatch(state::hasPerformance));
  }

  private void awaitJudged(long tick) throws IOException, InterruptedException {
    await(
        "judgements at a tick",
        () -> {
          saySoAgain(tick);
          // They come by two topics.
          return scene.models().stream()
              .allMatch(
                  model ->
                      state.judgedAt(model.id()) >= tick && state.decidedAt(model.id()) >= tick);
        });
  }

  /**
   * A tick is acted upon once its topic has been read beyond it. Where time stands still nothing
   * comes behind it but itself.
   */
  private void saySoAgain(long tick) {
    if (System.nanoTime() - saidNanos > AGAIN.toNanos()) {
      try {
        play.tick(tick);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      saidNanos = System.nanoTime();
    }
  }

  /** A new episode is told to the fleet first; its command leaves with a later tick. */
  private void letCommandsLeave(long due) throws IOException, InterruptedException {
    List<String> waiting = new ArrayList<>();
    for (LoopModel model : scene.models()) {
      Decision decision = state.decision(model.id());
      boolean told =
          decision != null
              && decision.atMillis() >= due
              && decision.verdict().commands()
              && state.open(model.id()).isEmpty()
              && decision.hold() == Decision.Hold.OUTSTANDING;
      if (told) {
        waiting.add(model.id());
      }
    }
    if (waiting.isEmpty()) {
      return;
    }
    // The fleet hears of it with one tick and lets the command leave with a later one. It may have
    // heard before the first of the two; then nothing is decided at the second.
    play.tick(due + Duration.ofMinutes(1).toMillis());
    long heard = due + HEARD.toMillis();
    play.tick(heard);
    await(
        "judgements of new episodes",
        () -> {
          saySoAgain(heard);
          return waiting.stream()
              .allMatch(model -> state.isAnswered(model, due) || state.decidedAt(model) >= heard);
        });
  }

  /** Until every command has ended; a person approves what has to be approved. */
  private void follow(long now) throws IOException, InterruptedException {
    await(
        "ends of commands",
        () -> {
          people.approveAll();
          return state.open().isEmpty();
        });
    for (LoopModel model : scene.models()) {
      if (server.refresh(model.id())) {
        news.say(model.id(), "the server now answers with version " + server.version(model.id()));
      }
      canaries.follow(model, now);
    }
  }

  private void await(String what, BooleanSupplier done) throws IOException, InterruptedException {
    long begun = System.nanoTime();
    long heardAt = begun;
    long heard = state.heard();
    while (!done.getAsBoolean()) {
      feed.read(POLL);
      if (state.heard() > heard) {
        heard = state.heard();
        heardAt = System.nanoTime();
      }
      if (Thread.interrupted()) {
        throw new InterruptedException("stopped while waiting for " + what);
      }
      long now = System.nanoTime();
      if (now - heardAt > PATIENCE.toNanos() || now - begun > LONGEST.toNanos()) {
        List<String> troubles = scene.troubles().now();
        throw new IOException(
            what
                + " have not come after "
                + Duration.ofNanos(now - begun).toSeconds()
                + " s"
                + (troubles.isEmpty() ? "" : "; " + String.join("; ", troubles)));
      }
    }
  }
}
