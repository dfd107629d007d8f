package dev.runway.control.scheduler;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * What starts trainings. It knows no database and decides nothing: every answer is a value, and
 * what follows from it is the dispatcher's.
 *
 * <p>No call throws because the other side is away, slow, or says something that makes no sense;
 * each ends within a time-out.
 */
public interface Scheduler {
  /** Its name, as in the configuration. */
  String name();

  /**
   * Commands are handed in from here again, after they were by somebody else or by nobody: what was
   * last seen may be long past.
   */
  default void begin() {}

  /**
   * Whether the same order may be handed in again: the other side knows it by its id and starts it
   * once. Without that an order whose answer was unclear is never handed in again.
   */
  boolean startsOnce();

  /**
   * What an order is handed in to, which is where its id is known: a workflow, a DAG, an event.
   * Null when there is nothing to choose, or nothing is configured.
   *
   * @throws java.io.UncheckedIOException if that cannot be said now: then nothing can be handed in
   */
  @Nullable String target(Order order);

  /**
   * Whether an order that was handed in to a scheduler of this name was handed in to this very one,
   * which can be asked about it. A process is known to its own machine alone. As long as that
   * cannot be said it is true, and whoever asks about the order is told that there is no answer
   * now.
   */
  default boolean has(Order order) {
    return true;
  }

  /**
   * Hands in an order.
   *
   * @param document the command, as it goes to whoever carries it out
   * @param untilNanos of {@link System#nanoTime}: after that somebody else may look after it, and
   *     nothing may be sent any more
   */
  Submission submit(Order order, ObjectNode document, long untilNanos);

  /**
   * How an order that was handed in gets on.
   *
   * @param runId what the other side calls it; null when it never said
   */
  Progress look(Order order, @Nullable String runId);

  /**
   * What can be seen from here of an order that was handed in to a scheduler of this name and not
   * to this very one: {@link Progress.Untold}, or how it ended, which stays so whoever sees it.
   */
  default Progress traceOf(Order order) {
    return new Progress.Untold();
  }

  /**
   * Asks for an order to be stopped. It has ended when {@link #look} says so, not before.
   *
   * @param runId what the other side calls it; null when it never said
   */
  Cancellation cancel(Order order, @Nullable String runId);
}
