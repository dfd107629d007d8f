package dev.runway.stack;

import dev.runway.stack.process.ProcessIdentity;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The state file: what the supervisor last said. Whether it still lives is told by {@link
 * #supervisorAlive()}, not by the phase.
 *
 * @param phase where the stack as a whole stands
 * @param supervisor the process that wrote this
 * @param home checkout the stack runs from
 * @param ports null until they are chosen
 * @param components in start order
 * @param notes things worth telling: the checkpoint a job was resumed from, what was skipped and
 *     why
 * @param failure why the phase is FAILED, or what was left undone by a stop
 * @param startedAtMillis epoch milliseconds of the supervisor's start
 * @param build what it runs, see {@link Build}; null when it does not tell
 */
public record StackState(
    Phase phase,
    ProcessIdentity supervisor,
    String home,
    @Nullable Ports ports,
    List<ComponentState> components,
    List<String> notes,
    @Nullable String failure,
    long startedAtMillis,
    @Nullable String build) {

  /** The life of a stack. */
  public enum Phase {
    STARTING,
    RUNNING,
    STOPPING,
    STOPPED,
    FAILED
  }

  /** The last state written in this folder, if any. */
  public static Optional<StackState> read(StackFolder folder) {
    return JsonFile.read(folder.stateFile(), StackState.class);
  }

  public boolean supervisorAlive() {
    return supervisor.alive();
  }

  public Optional<ComponentState> component(String name) {
    return components.stream().filter(component -> component.name().equals(name)).findFirst();
  }
}
