package dev.runway.stack.cli;

import dev.runway.demo.stage.Console;
import dev.runway.stack.Build;
import dev.runway.stack.ComponentState;
import dev.runway.stack.Installation;
import dev.runway.stack.OldJars;
import dev.runway.stack.StackFolder;
import dev.runway.stack.StackState;
import dev.runway.stack.StackState.Phase;
import dev.runway.stack.process.ProcessIdentity;
import dev.runway.stack.process.Termination;
import dev.runway.stack.supervisor.LogFiles;
import dev.runway.stack.supervisor.OrphanStop;
import dev.runway.stack.supervisor.StackOptions;
import dev.runway.stack.supervisor.SupervisorLauncher;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Brings a stack up and waits for it; any verb that needs one may call this. */
public final class StackStart {

  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration STOP_LIMIT = Duration.ofMinutes(5);
  private static final int LOG_LINES = 20;

  private final Installation installation;
  private final StackFolder folder;
  private final Console console;

  public StackStart(Installation installation, StackFolder folder, Console console) {
    this.installation = installation;
    this.folder = folder;
    this.console = console;
  }

  /** The state of a stack that is up already. */
  public Optional<StackState> running() {
    return StackState.read(folder)
        .filter(StackState::supervisorAlive)
        .filter(state -> state.phase() == Phase.RUNNING);
  }

  /**
   * Returns when the stack is up, or has failed and left nothing behind. When this JVM is told to
   * end meanwhile (Ctrl-C), the half-started stack is ended too.
   *
   * @return whether it is up
   */
  public boolean start(StackOptions options) throws IOException, InterruptedException {
    Optional<StackState> earlier = StackState.read(folder).filter(StackState::supervisorAlive);
    if (earlier.isPresent()) {
      console.line("another ./runway is " + earlier.get().phase() + " here; waiting for it");
      return follow(earlier.get().supervisor(), options);
    }
    if (!installation.inUse() && !OrphanStop.needed(folder)) {
      OldJars.prune(installation);
    }
    Process process = SupervisorLauncher.launch(installation, folder, options);
    ProcessIdentity supervisor =
        ProcessIdentity.of(process.pid())
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "the supervisor ended at once:\n" + tail(SupervisorLauncher.NAME)));
    Thread onInterrupt = new Thread(() -> abort(supervisor), "abort-start");
    Runtime.getRuntime().addShutdownHook(onInterrupt);
    try {
      return follow(supervisor, options);
    } finally {
      try {
        Runtime.getRuntime().removeShutdownHook(onInterrupt);
      } catch (IllegalStateException e) {
        // The JVM is ending: the hook does its work.
        Thread.currentThread().interrupt();
      }
    }
  }

  private boolean follow(ProcessIdentity supervisor, StackOptions options)
      throws InterruptedException {
    StartProgress progress = new StartProgress(console, 0);
    while (true) {
      boolean alive = supervisor.alive();
      Optional<StackState> state =
          StackState.read(folder).filter(read -> read.supervisor().equals(supervisor));
      state.ifPresent(progress::show);
      if (state.isPresent() && state.get().phase() == Phase.RUNNING) {
        return true;
      }
      if (!alive) {
        explain(state, options);
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    }
  }

  /**
   * Says of every component of a stack that is up, and of every job, what it lacks.
   *
   * @return whether nothing is wrong
   */
  public boolean review() {
    List<ComponentState> troubled =
        running().map(StackState::components).orElse(List.of()).stream()
            .filter(component -> !component.up())
            .toList();
    for (ComponentState component : troubled) {
      console.line("");
      console.line(
          component.name()
              + " is NOT RUNNING: "
              + Optional.ofNullable(component.lastError())
                  .or(() -> Optional.ofNullable(component.detail()))
                  .orElse(component.status().toString()));
      logTail(component.name().startsWith("job ") ? "jobmanager" : component.name());
    }
    return troubled.isEmpty();
  }

  /** A word when the stack that is up was started from another build than this one. */
  public Optional<String> otherBuild() throws IOException {
    String mine = Build.id(installation);
    return running()
        .filter(state -> !mine.equals(state.build()))
        .map(state -> "an older build runs: ./runway down, then ./runway up");
  }

  private void explain(Optional<StackState> state, StackOptions options) {
    List<ComponentState> failed =
        state.map(StackState::components).orElse(List.of()).stream()
            .filter(component -> component.lastError() != null)
            .toList();
    for (ComponentState component : failed) {
      console.line("");
      console.line(component.name() + ": " + component.lastError());
      logTail(component.name());
    }
    if (failed.isEmpty()) {
      logTail(SupervisorLauncher.NAME);
    }
    console.line("");
    console.line(
        "the stack did not start; nothing of it is left running. More: ./runway doctor, ./runway logs");
    if (options.portBase().isPresent()) {
      console.line("(ports from " + options.portBase().getAsInt() + " on)");
    }
  }

  private void logTail(String component) {
    String tail = tail(component);
    if (!tail.isEmpty()) {
      console.line("last lines of " + component + ":");
      console.line(tail);
    }
  }

  private String tail(String component) {
    List<String> lines = LogFiles.tail(folder.log(component), LOG_LINES);
    List<String> shown =
        lines.isEmpty() ? LogFiles.tail(folder.output(component), LOG_LINES) : lines;
    return String.join("\n", shown.stream().map(line -> "  | " + line).toList());
  }

  private void abort(ProcessIdentity supervisor) {
    try {
      if (!Termination.end(supervisor, STOP_LIMIT)) {
        System.err.println("the supervisor (pid " + supervisor.pid() + ") does not end");
      } else if (OrphanStop.needed(folder)) {
        // It was killed in the end: its children do not end with it.
        new OrphanStop(installation, folder).run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
