package dev.runway.stack.cli;

import dev.runway.demo.stage.Console;
import dev.runway.stack.Installation;
import dev.runway.stack.StackFolder;
import dev.runway.stack.StackState;
import dev.runway.stack.process.MarkedProcesses;
import dev.runway.stack.process.ProcessIdentity;
import dev.runway.stack.process.Termination;
import dev.runway.stack.supervisor.OrphanStop;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Ends a stack and checks that nothing of it is left. */
public final class StackStop {

  private static final long POLL_MILLIS = 200;

  /** Savepoint and end of a job 60 s each, its cancellation 15 s, then every group up to 30 s. */
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private final Installation installation;
  private final StackFolder folder;
  private final Console console;
  private final Duration limit;

  public StackStop(Installation installation, StackFolder folder, Console console) {
    this(installation, folder, console, LIMIT);
  }

  /**
   * @param limit how long the supervisor may take before it counts as hung and is killed
   */
  StackStop(Installation installation, StackFolder folder, Console console, Duration limit) {
    this.installation = installation;
    this.folder = folder;
    this.console = console;
    this.limit = limit;
  }

  /**
   * Returns when the stack is down.
   *
   * @return whether nothing is left running
   */
  public boolean stop() throws IOException, InterruptedException {
    Optional<StackState> state = StackState.read(folder);
    if (state.isPresent() && state.get().supervisorAlive()) {
      askSupervisor(state.get());
    } else if (!OrphanStop.needed(folder)) {
      console.line("no stack runs in " + folder.root());
      return true;
    }
    if (OrphanStop.needed(folder)) {
      console.line("the supervisor is gone: ending what it left behind");
      new OrphanStop(installation, folder).run();
    }
    return report();
  }

  private void askSupervisor(StackState before) throws InterruptedException {
    ProcessIdentity supervisor = before.supervisor();
    ProcessHandle.of(supervisor.pid()).ifPresent(ProcessHandle::destroy);
    StartProgress progress = new StartProgress(console, before.notes().size());
    long deadline = System.nanoTime() + limit.toNanos();
    while (supervisor.alive() && System.nanoTime() < deadline) {
      StackState.read(folder).ifPresent(progress::show);
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    StackState.read(folder).ifPresent(progress::show);
    if (supervisor.alive()) {
      console.line("the supervisor does not end in " + limit.toSeconds() + " s: it is killed");
      Termination.end(supervisor, Duration.ZERO);
    }
  }

  private boolean report() {
    List<ProcessIdentity> left = MarkedProcesses.find(folder.marks());
    left.forEach(process -> console.line("STILL RUNNING: " + name(process)));
    StackState.read(folder)
        .map(StackState::failure)
        .ifPresent(failure -> console.line("not well: " + failure));
    if (left.isEmpty()) {
      console.line("down; nothing is left running");
    }
    return left.isEmpty();
  }

  private static String name(ProcessIdentity process) {
    return process.commandLine().stream()
            .filter(argument -> argument.startsWith("-Drunway.component="))
            .findFirst()
            .orElse("process")
        + " (pid "
        + process.pid()
        + ")";
  }
}
