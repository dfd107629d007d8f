package dev.runway.control.scheduler;

import java.util.UUID;

/**
 * What is to be done.
 *
 * @param id that of the command, for ever: the same id is never started twice
 * @param action what is to be done
 * @param modelId of which model
 */
public record Order(UUID id, Action action, String modelId) {
  /** What can be asked for. */
  public enum Action {
    /** Train a new version. */
    RETRAIN,
    /** Bring an older version back. */
    ROLLBACK
  }
}
