package dev.runway.control.dispatch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.scheduler.Order;
import dev.runway.control.scheduler.Progress;
import dev.runway.control.scheduler.Scheduler;
import dev.runway.model.RetrainStatus.State;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A command that was granted and has not ended.
 *
 * @param target version to go back to; null for a retrain
 * @param scheduler the one that it was handed in to last; null before
 * @param run what the scheduler calls it; null while that is not known
 * @param tries how often it was handed in
 * @param submittedAt when it was handed in first; null before
 * @param nextTryAt when it may be handed in again; null when nothing speaks against it now
 * @param deadlineAt after which it is not handed in any more; null when it always is
 * @param cancelledBy who asked for its end; null while nobody did
 * @param neverBegan whether that person says that it never began
 * @param held whether a kill switch is on for it, and no person asked for it
 * @param estimatedCost US dollars
 * @param rankAt its place among all: the earlier, the sooner
 * @param cause id of the request or the decision that it came of
 */
record ActiveCommand(
    Order order,
    State state,
    @Nullable String target,
    @Nullable String scheduler,
    @Nullable String run,
    int tries,
    @Nullable Instant submittedAt,
    @Nullable Instant nextTryAt,
    @Nullable Instant deadlineAt,
    @Nullable String cancelledBy,
    boolean neverBegan,
    boolean held,
    double estimatedCost,
    Instant rankAt,
    String cause) {

  /** Whether a kill switch is on, of its model, its team or the fleet; takes the time. */
  static final String HELD =
      """
      (NOT by_person
       AND EXISTS (SELECT FROM controls
                   WHERE kind = 'KILL_SWITCH' AND action = 'KILL_SWITCH_ON'
                         AND (expires_at IS NULL OR expires_at > ?)
                         AND (coalesce(controls.model_id, controls.team) IS NULL
                              OR controls.model_id = retrain_commands.model_id
                              OR controls.team = retrain_commands.team)))
      """;

  /** Takes the time. */
  static final String COLUMNS =
      """
      SELECT command_id, model_id, action, target, state, scheduler, scheduler_run, scheduler_target,
             tries, submitted_at, next_try_at, deadline_at, CASE WHEN cancel_asked_at IS NOT NULL
                               THEN coalesce(cancel_asked_by, 'somebody') END AS cancelled_by,
             never_began, estimated_cost::double precision AS estimated_cost, rank_at,
             coalesce(request_id, command_id::text) AS request_id,
      """
          + HELD
          + """
              AS held
      FROM retrain_commands
      """;

  static ActiveCommand of(ObjectNode row) {
    State state = State.valueOf(row.path("state").asText());
    return new ActiveCommand(
        new Order(
            UUID.fromString(row.path("command_id").asText()),
            Order.Action.valueOf(row.path("action").asText()),
            row.path("model_id").asText(),
            // One that is granted was started nowhere, whatever was asked before.
            state == State.GRANTED ? null : row.path("scheduler_target").asText(null)),
        state,
        row.path("target").asText(null),
        row.path("scheduler").asText(null),
        row.path("scheduler_run").asText(null),
        row.path("tries").asInt(),
        time(row, "submitted_at"),
        time(row, "next_try_at"),
        time(row, "deadline_at"),
        row.path("cancelled_by").asText(null),
        row.path("never_began").asBoolean(),
        row.path("held").asBoolean(),
        row.path("estimated_cost").asDouble(),
        Instant.parse(row.path("rank_at").asText()),
        row.path("request_id").asText());
  }

  private static @Nullable Instant time(ObjectNode row, String column) {
    String text = row.path(column).asText(null);
    return text == null ? null : Instant.parse(text);
  }

  UUID id() {
    return order.id();
  }

  /** Whether it was handed in there and nowhere else. */
  boolean isWith(Scheduler one) {
    return one.name().equals(scheduler) && one.has(order);
  }

  /** What can be seen of it from here where it is not with this very scheduler. */
  Progress traceAt(Scheduler one) {
    return one.name().equals(scheduler) ? one.traceOf(order) : new Progress.Untold();
  }

  /** When its turn is: of one that was not tried before, or by everybody's fault, at once. */
  Instant turn() {
    return nextTryAt == null ? Instant.MIN : nextTryAt;
  }

  /** Whether there may be something to do for it. */
  boolean isDue(Instant now) {
    return cancelledBy != null || !turn().isAfter(now);
  }

  /** Whether it ends without being handed in: nobody need be asked for that. */
  boolean isToEndHere(Instant now) {
    return state == State.GRANTED && (cancelledBy != null || isLate(now));
  }

  /** Whether it is of no use any more to hand it in. */
  boolean isLate(Instant now) {
    return deadlineAt != null && deadlineAt.isBefore(now);
  }
}
