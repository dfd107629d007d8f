package dev.runway.stack.supervisor;

import dev.runway.stack.ComponentState.Status;
import dev.runway.stack.StackFolder;
import dev.runway.stack.TemporaryFiles;
import dev.runway.stack.process.Launch;
import dev.runway.stack.process.PidFile;
import dev.runway.stack.process.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one component alive until told to stop: adopts the process a killed supervisor left behind
 * when it is the one that would be started now, else starts one, watches it, and starts the next
 * when it dies.
 */
final class ComponentRunner implements Runnable {

  private static final Duration PROBE_STARTING = Duration.ofMillis(150);
  private static final Duration PROBE_RUNNING = Duration.ofSeconds(2);
  private static final int PROBES_BEFORE_UNREADY = 5;

  /** A process that lived this long was well; what ends it is something new. */
  private static final Duration GOOD_RUN = Duration.ofSeconds(60);

  /** An exit code of a killed process is 128 plus the number of the signal, 1 to 64. */
  private static final int SIGNALLED = 128;

  private static final int LAST_SIGNAL = 64;

  /** On a busy machine the JDK learns it some time after the process has gone. */
  private static final int EXIT_CODE_SECONDS = 5;

  /** During the first start a component that dies this often makes the whole start fail. */
  private static final int FIRST_START_ATTEMPTS = 3;

  private final Component component;
  private final StackFolder folder;
  private final StateBoard board;
  private final PidFile pidFile;
  private final Backoff backoff =
      new Backoff(Duration.ofMillis(300), Duration.ofSeconds(10), GOOD_RUN);
  private final CountDownLatch settled = new CountDownLatch(1);
  private final CountDownLatch stop = new CountDownLatch(1);
  private final CountDownLatch left = new CountDownLatch(1);
  private volatile boolean entered;
  private volatile boolean everReady;
  private boolean endedByItself;
  private volatile @Nullable ProcessIdentity process;
  private volatile @Nullable Process child;

  ComponentRunner(Component component, StackFolder folder, StateBoard board) {
    this.component = component;
    this.folder = folder;
    this.board = board;
    this.pidFile = new PidFile(folder.run(), component.name());
  }

  Component component() {
    return component;
  }

  String name() {
    return component.name();
  }

  /** Waits until the component was ready once or has failed for good; tells which. */
  boolean awaitFirstReady() throws InterruptedException {
    settled.await();
    return everReady;
  }

  /** Ends the watch; the process is ended by {@link #end()}. */
  void stopWatching() {
    stop.countDown();
    settled.countDown();
  }

  /**
   * Ends the process, whoever started it.
   *
   * @return whether it is gone
   */
  boolean end() throws InterruptedException, IOException {
    stopWatching();
    if (entered) {
      // It may be between starting a process and writing its pid file.
      left.await();
    }
    ProcessIdentity known = process;
    Optional<ProcessIdentity> target =
        known != null
            ? Optional.of(known)
            : pidFile.living().map(PidFile.Entry::process).or(component::unlisted);
    boolean gone = target.isEmpty() || component.end(target.get());
    if (gone) {
      pidFile.delete();
      board.move(name(), Status.STOPPED, 0, null);
    }
    return gone;
  }

  @Override
  public void run() {
    entered = true;
    try {
      int ownDeaths = 0;
      for (int attempt = 1; !stopped(); attempt++) {
        long startedAt = System.nanoTime();
        String error = runOnce();
        if (stopped()) {
          return;
        }
        Duration ran = Duration.ofNanos(System.nanoTime() - startedAt);
        ownDeaths = !endedByItself ? 0 : ran.compareTo(GOOD_RUN) >= 0 ? 1 : ownDeaths + 1;
        boolean lastAttempt = !everReady && attempt >= FIRST_START_ATTEMPTS;
        if (ownDeaths >= FIRST_START_ATTEMPTS && remedied()) {
          attempt = 0;
          ownDeaths = 0;
        } else if (lastAttempt) {
          board.failed(name(), error);
          return;
        }
        board.died(name(), error);
        pause(backoff.after(ran));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      settled.countDown();
      left.countDown();
    }
  }

  private boolean remedied() throws InterruptedException {
    try {
      Optional<String> done = component.remedy();
      done.ifPresent(board::note);
      return done.isPresent();
    } catch (IOException e) {
      board.note("there is no remedy for " + name() + ": " + e);
      return false;
    }
  }

  /** One life of the process. Returns why it ended. */
  private String runOnce() throws InterruptedException {
    endedByItself = false;
    try {
      board.move(name(), Status.STARTING, 0, null);
      ProcessIdentity started = adoptOrStart();
      process = started;
      board.move(name(), Status.STARTING, started.pid(), null);
      return watch(started);
    } catch (IOException | RuntimeException e) {
      return "cannot start: " + e;
    } finally {
      if (!stopped()) {
        process = null;
      }
    }
  }

  private ProcessIdentity adoptOrStart() throws IOException, InterruptedException {
    child = null;
    Optional<PidFile.Entry> living = pidFile.living();
    if (living.isPresent()) {
      ProcessIdentity found = living.get().process();
      if (component.mayAdopt(living.get())) {
        board.note("adopted " + name() + " (pid " + found.pid() + ") from an earlier supervisor");
        return found;
      }
      board.note(
          "ended "
              + name()
              + " (pid "
              + found.pid()
              + ") of an earlier supervisor: its settings differ");
      component.end(found);
    }
    component.beforeStart();
    return start(component.launch());
  }

  private ProcessIdentity start(Launch launch) throws IOException {
    for (Path log : component.logs()) {
      LogFiles.rotate(log);
    }
    TemporaryFiles.sweep(folder.tmp().resolve(name()));
    // Not where it was called from: that folder must stay free to be unmounted or deleted.
    launch.builder().directory(Path.of("/").toFile());
    Process started = launch.builder().start();
    child = started;
    Optional<ProcessIdentity> identity = ProcessIdentity.of(started.pid());
    if (identity.isEmpty()) {
      throw new IOException("it ended at once" + LogFiles.lastWords(component.logs()));
    }
    try {
      pidFile.write(new PidFile.Entry(identity.get(), launch.mark(), launch.commandHash()));
    } catch (IOException e) {
      // Nobody could find it again: the next attempt would start a second one beside it.
      started.destroyForcibly();
      throw e;
    }
    return identity.get();
  }

  private String watch(ProcessIdentity running) throws InterruptedException {
    long deadline = System.nanoTime() + component.readyWithin().toNanos();
    boolean ready = false;
    int missed = 0;
    while (!stopped()) {
      if (!running.alive()) {
        return "process "
            + running.pid()
            + " "
            + howItEnded()
            + LogFiles.lastWords(component.logs());
      }
      if (component.ready()) {
        ready = true;
        missed = 0;
        everReady = true;
        board.move(name(), Status.RUNNING, running.pid(), null);
        settled.countDown();
      } else if (ready && ++missed >= PROBES_BEFORE_UNREADY) {
        board.move(name(), Status.UNREADY, running.pid(), "does not answer");
      } else if (!ready && System.nanoTime() > deadline) {
        component.end(running);
        return "no answer within " + component.readyWithin().toSeconds() + " s";
      }
      pause(ready ? PROBE_RUNNING : PROBE_STARTING, running);
    }
    return "stopped";
  }

  /** The exit code is known of children only, not of adopted processes. */
  private String howItEnded() throws InterruptedException {
    Process known = child;
    if (known == null) {
      return "ended";
    }
    endedByItself = true;
    if (!known.waitFor(EXIT_CODE_SECONDS, TimeUnit.SECONDS)) {
      return "ended";
    }
    int code = known.exitValue();
    // Flink ends with codes above all signals when it gives up.
    boolean killed = code > SIGNALLED && code <= SIGNALLED + LAST_SIGNAL;
    endedByItself = !killed;
    return killed ? "was killed by signal " + (code - SIGNALLED) : "ended with code " + code;
  }

  private boolean stopped() {
    return stop.getCount() == 0;
  }

  private void pause(Duration time) throws InterruptedException {
    boolean told = stop.await(time.toMillis(), TimeUnit.MILLISECONDS);
    if (told) {
      settled.countDown();
    }
  }

  /** A pause that a death of the process cuts short, so that the next one starts at once. */
  private void pause(Duration time, ProcessIdentity running) throws InterruptedException {
    long until = System.nanoTime() + time.toNanos();
    long slice = Math.min(time.toMillis(), PROBE_STARTING.toMillis());
    while (System.nanoTime() < until && running.alive()) {
      if (stop.await(slice, TimeUnit.MILLISECONDS)) {
        return;
      }
    }
  }
}
