package dev.runway.bench.loopfaults;

import dev.runway.demo.stage.LoopStage;
import dev.runway.stack.process.ProcessIdentity;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Kills as planned, while the day goes on: each some time after the tick of its minute was written.
 * One after the other: the minute of the next kill does not begin before what was killed is back.
 */
final class War implements AutoCloseable {
  /** Those of the namespace; the others of the stack are killed with them and not waited for. */
  private static final List<String> JOBS = List.of("retrain-trigger", "result-tables");

  /**
   * A process that was killed.
   *
   * @param back after how long it ran again
   * @param well after how long all tasks of the jobs ran, and the control API was ready
   */
  record Death(Kill kill, Duration back, Duration well) {}

  private final StackFaults faults;
  private final LoopStage.Control control;
  private final String namespace;
  private final List<Kill> kills;
  private final Consumer<String> out;
  private final List<Death> deaths = new ArrayList<>();
  private final ExecutorService killer =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "killer");
            thread.setDaemon(true);
            return thread;
          });
  private @Nullable Future<Death> running;
  private int next;

  War(
      StackFaults faults,
      LoopStage.Control control,
      String namespace,
      List<Kill> kills,
      Consumer<String> out) {
    this.faults = faults;
    this.control = control;
    this.namespace = namespace;
    this.kills = kills;
    this.out = out;
  }

  /** Before the tick of a minute: what was killed before is back where somebody else dies now. */
  void before(int minute) throws IOException, InterruptedException {
    if (isDue(minute)) {
      finish();
    }
  }

  /** The tick of a minute was written. */
  void reached(int minute) throws IOException, InterruptedException {
    while (isDue(minute)) {
      finish();
      Kill kill = kills.get(next++);
      running = killer.submit(() -> carryOut(kill));
    }
  }

  private boolean isDue(int minute) {
    return next < kills.size() && kills.get(next).minute() <= minute;
  }

  /** All deaths; waits until the last one is over. */
  List<Death> deaths() throws IOException, InterruptedException {
    finish();
    return List.copyOf(deaths);
  }

  private void finish() throws IOException, InterruptedException {
    Future<Death> last = running;
    running = null;
    if (last == null) {
      return;
    }
    try {
      Death death = last.get();
      deaths.add(death);
      out.accept(
          String.format(
              Locale.ROOT,
              "minute %d, %d ms after its tick: kill -9 of the %s; back after %.1f s, all well after"
                  + " %.1f s",
              death.kill().minute(),
              death.kill().delayMillis(),
              death.kill().victim().words(),
              seconds(death.back()),
              seconds(death.well())));
    } catch (ExecutionException | CancellationException e) {
      throw new IOException("what was killed is not back: " + e.getMessage(), e);
    }
  }

  static double seconds(Duration duration) {
    return duration.toMillis() / 1e3;
  }

  private Death carryOut(Kill kill) throws IOException, InterruptedException {
    TimeUnit.MILLISECONDS.sleep(kill.delayMillis());
    long begun = System.nanoTime();
    if (kill.victim() == Victim.CONTROL_API) {
      killControl();
    } else {
      killComponents(kill.victim().components());
    }
    Duration back = since(begun);
    for (String job : JOBS) {
      faults.awaitRunning(job + "-" + namespace);
    }
    Patience.await(
        "the control API is ready",
        Patience.LONG,
        () -> control.trouble().isEmpty(),
        () -> control.trouble().orElse(""));
    return new Death(kill, back, since(begun));
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }

  /** All of them before any is back. */
  private void killComponents(List<String> components) throws IOException, InterruptedException {
    Map<String, ProcessIdentity> dead = new LinkedHashMap<>();
    for (String component : components) {
      dead.put(component, faults.kill(component));
    }
    for (Map.Entry<String, ProcessIdentity> one : dead.entrySet()) {
      faults.awaitBack(one.getKey(), one.getValue());
    }
  }

  /** As whatever keeps such a process would. */
  private void killControl() throws IOException, InterruptedException {
    ProcessIdentity process =
        ProcessIdentity.of(control.pid())
            .orElseThrow(() -> new IllegalStateException("the control API has died by itself"));
    faults.kill("the control API", process);
    control.startAgain();
  }

  @Override
  public void close() {
    killer.shutdownNow();
  }
}
