package dev.runway.stack.supervisor;

import dev.runway.stack.ComponentState;
import dev.runway.stack.ComponentState.Status;
import dev.runway.stack.JsonFile;
import dev.runway.stack.Ports;
import dev.runway.stack.StackFolder;
import dev.runway.stack.StackState;
import dev.runway.stack.StackState.Phase;
import dev.runway.stack.process.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The supervisor's view of everything, written to the state file at every change. */
public final class StateBoard {

  private static final int NOTES_KEPT = 50;

  private final Path file;
  private final String home;
  private final ProcessIdentity supervisor;
  private final long startedAtMillis = System.currentTimeMillis();
  private final Map<String, ComponentState> components = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();
  private Phase phase = Phase.STARTING;
  private @Nullable Ports ports;
  private @Nullable String failure;
  private @Nullable String build;

  public StateBoard(StackFolder folder, Path home) {
    this.file = folder.stateFile();
    this.home = home.toString();
    this.supervisor =
        ProcessIdentity.of(ProcessHandle.current().pid())
            .orElseThrow(() -> new IllegalStateException("/proc is not readable: Linux is needed"));
  }

  public synchronized void ports(Ports chosen) {
    ports = chosen;
    write();
  }

  synchronized void build(String id) {
    build = id;
    write();
  }

  public synchronized Phase phase() {
    return phase;
  }

  public synchronized void phase(Phase next) {
    if (phase != next) {
      Journal.say("stack is " + next);
    }
    phase = next;
    write();
  }

  /** Records why the stack failed, or what a stop left undone; the first reason stays. */
  public synchronized void failure(String reason) {
    Journal.say(reason);
    if (failure == null) {
      failure = reason;
    }
    write();
  }

  public synchronized @Nullable String failure() {
    return failure;
  }

  public synchronized void note(String note) {
    Journal.say(note);
    notes.add(note);
    if (notes.size() > NOTES_KEPT) {
      notes.remove(0);
    }
    write();
  }

  public synchronized void declare(String component, int port) {
    components.put(component, ComponentState.waiting(component, port, System.currentTimeMillis()));
    write();
  }

  /** Declares a line that may exist already, such as that of a job submitted by a client. */
  public synchronized void declareIfNew(String component) {
    if (!components.containsKey(component)) {
      declare(component, 0);
    }
  }

  public synchronized ComponentState component(String name) {
    ComponentState state = components.get(name);
    if (state == null) {
      throw new IllegalArgumentException("no component is called " + name);
    }
    return state;
  }

  public void move(String name, Status status, long pid, @Nullable String detail) {
    update(name, state -> state.with(status, pid, detail, System.currentTimeMillis()));
  }

  public void died(String name, String error) {
    update(
        name,
        state ->
            state.failed(
                Status.RESTARTING, error, state.restarts() + 1, System.currentTimeMillis()));
  }

  public void failed(String name, String error) {
    update(
        name,
        state -> state.failed(Status.FAILED, error, state.restarts(), System.currentTimeMillis()));
  }

  /** Something that was wanted and is no more; a line that does not exist is not made for it. */
  synchronized void ended(String name, String detail) {
    ComponentState state = components.get(name);
    if (state != null && state.status() != Status.DONE) {
      move(name, Status.DONE, 0, detail);
    }
  }

  /** Something that ought to be up by now: it goes on, but whoever waits for it must know. */
  void late(String name, String error) {
    update(
        name,
        state -> state.failed(Status.UNREADY, error, state.restarts(), System.currentTimeMillis()));
  }

  private synchronized void update(String name, UnaryOperator<ComponentState> change) {
    ComponentState before = component(name);
    ComponentState after = change.apply(before);
    if (sameNews(before, after)) {
      return;
    }
    components.put(name, after);
    Journal.say(describe(after));
    write();
  }

  /** A repeated observation keeps the time of the first and is not written again. */
  private static boolean sameNews(ComponentState before, ComponentState after) {
    return after
        .with(after.status(), after.pid(), after.detail(), before.sinceMillis())
        .equals(before);
  }

  private static String describe(ComponentState state) {
    String error =
        state.status() == Status.RESTARTING
                || state.status() == Status.FAILED
                || state.status() == Status.UNREADY
            ? state.lastError()
            : null;
    return state.name()
        + " is "
        + state.status()
        + (state.pid() == 0 ? "" : " (pid " + state.pid() + ")")
        + (state.detail() == null ? "" : ": " + state.detail())
        + (error == null ? "" : ": " + error);
  }

  private void write() {
    StackState state =
        new StackState(
            phase,
            supervisor,
            home,
            ports,
            List.copyOf(components.values()),
            List.copyOf(notes),
            failure,
            startedAtMillis,
            build);
    try {
      JsonFile.write(file, state);
    } catch (IOException e) {
      // The processes matter more than the report: a full disk must not end the supervisor.
      Journal.say("cannot write " + file + ": " + e);
    }
  }
}
