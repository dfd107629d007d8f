package dev.runway.model;

import org.jspecify.annotations.Nullable;

/**
 * What became of a retrain command, as the ledger and the scheduler answer it.
 *
 * @param commandId id of the command: UUIDv5 of its cause
 * @param modelVersion the version whose staleness caused the command
 * @param revision rises with every change of the command's state: an older status never replaces a
 *     newer one
 * @param atMillis when the state was entered, epoch milliseconds
 * @param reason why it was refused, queued, failed or cancelled; null when there is nothing to say
 * @param newVersion the version that was trained; null unless {@link State#SUCCEEDED}
 * @param cost dollars: reserved until the end, then spent; NaN when not known
 * @param coolsUntilMillis when the cool-down ends by which it was refused, as far as the ledger
 *     knew then; {@link EventTime#NONE} for another state or reason, and of an older release
 */
public record RetrainStatus(
    String commandId,
    String modelId,
    String modelVersion,
    State state,
    long revision,
    long atMillis,
    @Nullable String reason,
    @Nullable String newVersion,
    double cost,
    long coolsUntilMillis) {

  /** Of a command that was not refused by a cool-down. */
  public RetrainStatus(
      String commandId,
      String modelId,
      String modelVersion,
      State state,
      long revision,
      long atMillis,
      @Nullable String reason,
      @Nullable String newVersion,
      double cost) {
    this(
        commandId,
        modelId,
        modelVersion,
        state,
        revision,
        atMillis,
        reason,
        newVersion,
        cost,
        EventTime.NONE);
  }

  /** Key of its record: a newer status of the same command replaces it. */
  public byte[] key() {
    return RecordKey.of(commandId);
  }

  /** The states of a command. */
  public enum State {
    GRANTED,
    QUEUED,
    QUEUED_BUDGET,
    AWAITING_APPROVAL,
    REFUSED,
    ACCEPTED,
    SUBMITTED,
    /** The scheduler did not answer: to be reconciled under the same id. */
    UNKNOWN,
    RUNNING,
    SUCCEEDED,
    FAILED,
    CANCELLED,
    TIMED_OUT;

    /** Whether nothing can follow. */
    public boolean isFinal() {
      return switch (this) {
        case REFUSED, SUCCEEDED, FAILED, CANCELLED, TIMED_OUT -> true;
        case GRANTED,
            QUEUED,
            QUEUED_BUDGET,
            AWAITING_APPROVAL,
            ACCEPTED,
            SUBMITTED,
            UNKNOWN,
            RUNNING ->
            false;
      };
    }
  }
}
