package dev.runway.control.scheduler;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done.
 *
 * @param id that of the command, for ever: the same id is never started twice
 * @param action what is to be done
 * @param modelId of which model
 * @param handedInTo what was asked for before, which alone knows the id, whatever is configured by
 *     now; null when nothing was
 */
public record Order(UUID id, Action action, String modelId, @Nullable String handedInTo) {
  /** What can be asked for. */
  public enum Action {
    /** Train a new version. */
    RETRAIN,
    /** Bring an older version back. */
    ROLLBACK
  }

  /** One that was not handed in yet. */
  public Order(UUID id, Action action, String modelId) {
    this(id, action, modelId, null);
  }
}
