package dev.runway.stack;

import org.jspecify.annotations.Nullable;

/**
 * What is known of one component.
 *
 * @param name for example {@code taskmanager-1}
 * @param status see {@link Status}
 * @param pid of its process; 0 when it has none
 * @param port its main loopback port; 0 when it has none
 * @param restarts how often the supervisor brought it back since the stack started
 * @param sinceMillis epoch milliseconds at which it took this status
 * @param detail what a person should know now: why it waits, what it did
 * @param lastError the last failure, kept after recovery
 */
public record ComponentState(
    String name,
    Status status,
    long pid,
    int port,
    int restarts,
    long sinceMillis,
    @Nullable String detail,
    @Nullable String lastError) {

  /** The life of a component. */
  public enum Status {
    /** Waits for something it needs. */
    WAITING,
    STARTING,
    /** It answers. */
    RUNNING,
    /** The process lives but does not answer; it is left alone, for a paused process comes back. */
    UNREADY,
    /** Died and waits for its next start. */
    RESTARTING,
    /** A one-time step that is done. */
    DONE,
    STOPPED,
    FAILED
  }

  public static ComponentState waiting(String name, int port, long nowMillis) {
    return new ComponentState(name, Status.WAITING, 0, port, 0, nowMillis, null, null);
  }

  public boolean up() {
    return status == Status.RUNNING || status == Status.DONE;
  }

  public ComponentState with(
      Status next, long nextPid, @Nullable String nextDetail, long nowMillis) {
    return new ComponentState(
        name, next, nextPid, port, restarts, nowMillis, nextDetail, lastError);
  }

  public ComponentState failed(Status next, String error, int nextRestarts, long nowMillis) {
    return new ComponentState(name, next, 0, port, nextRestarts, nowMillis, null, error);
  }
}
