package dev.runway.control.ledger;

import dev.runway.model.Limits;
import dev.runway.model.RetrainStatus.State;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A change of a command's state that somebody asks for, such as {@code Move.of(id, RUNNING,
 * SUBMITTED, ACCEPTED).under(epoch).run("maestro", "17")}.
 *
 * @param from states it may be in; in any other one nothing happens
 * @param reason one word, a colon, and what a person needs; null when there is nothing to say
 * @param leaseEpoch epoch of the dispatcher that asks; null for everybody else
 * @param scheduler scheduler it went to; null to leave it as it is
 * @param schedulerRun its run there; null to leave it as it is
 * @param newVersion version that serves now; null unless it succeeded
 * @param actualCost what it has cost in US dollars; null when not known
 * @param nextTryAt when the dispatcher looks at it again; null for at once
 * @param mayRun whether it ends here and may still run where it was handed in
 */
public record Move(
    UUID commandId,
    Set<State> from,
    State to,
    @Nullable String reason,
    @Nullable Long leaseEpoch,
    @Nullable String scheduler,
    @Nullable String schedulerRun,
    @Nullable String newVersion,
    @Nullable BigDecimal actualCost,
    @Nullable Instant nextTryAt,
    boolean mayRun) {

  /** From one of some states to another one. */
  public static Move of(UUID commandId, State to, State first, State... more) {
    return new Move(
        commandId,
        Set.copyOf(EnumSet.of(first, more)),
        to,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        false);
  }

  /** The same with a reason; what no topic can hold is replaced, and what is too long is cut. */
  public Move because(@Nullable String why) {
    return new Move(
        commandId,
        from,
        to,
        why == null ? null : printable(why),
        leaseEpoch,
        scheduler,
        schedulerRun,
        newVersion,
        actualCost,
        nextTryAt,
        mayRun);
  }

  /** The same, asked for by a dispatcher: refused if it is not the newest any more. */
  public Move under(long epoch) {
    return new Move(
        commandId,
        from,
        to,
        reason,
        epoch,
        scheduler,
        schedulerRun,
        newVersion,
        actualCost,
        nextTryAt,
        mayRun);
  }

  /** The same, naming scheduler and run. */
  public Move run(String ofScheduler, @Nullable String run) {
    return new Move(
        commandId,
        from,
        to,
        reason,
        leaseEpoch,
        ofScheduler,
        run,
        newVersion,
        actualCost,
        nextTryAt,
        mayRun);
  }

  /**
   * The same, with what has come of it.
   *
   * @param dollars NaN when not known
   */
  public Move ended(@Nullable String version, double dollars) {
    return new Move(
        commandId,
        from,
        to,
        reason,
        leaseEpoch,
        scheduler,
        schedulerRun,
        version,
        Double.isNaN(dollars)
            ? null
            : BigDecimal.valueOf(dollars).setScale(2, RoundingMode.HALF_UP),
        nextTryAt,
        mayRun);
  }

  /** The same, to be looked at again then. */
  public Move again(Instant at) {
    return new Move(
        commandId,
        from,
        to,
        reason,
        leaseEpoch,
        scheduler,
        schedulerRun,
        newVersion,
        actualCost,
        at,
        mayRun);
  }

  /** The same of one that ends here and may still run there. */
  public Move mayStillRun() {
    return new Move(
        commandId,
        from,
        to,
        reason,
        leaseEpoch,
        scheduler,
        schedulerRun,
        newVersion,
        actualCost,
        nextTryAt,
        true);
  }

  /** Text that the status topic takes. */
  public static String printable(String text) {
    StringBuilder clean = new StringBuilder(Math.min(text.length(), Limits.MAX_REASON));
    for (int i = 0; i < text.length() && i < Limits.MAX_REASON; i++) {
      char c = text.charAt(i);
      clean.append(Character.isISOControl(c) || Character.isSurrogate(c) ? '?' : c);
    }
    return clean.isEmpty() ? "unsaid" : clean.toString();
  }
}
