package dev.runway.stack.batch;

import dev.runway.model.ModelDocument;
import java.time.Duration;
import java.time.Instant;

/** When a batch run may say the last word on a day. */
final class Settled {
  /** The archive is complete so far behind the newest event: out-of-orderness, and checkpoints. */
  private static final Duration BEHIND = Duration.ofMinutes(10);

  private Settled() {}

  /**
   * From when on all windows of a model that begin on these days are in a batch run: the last of
   * them has ended, its horizon has passed, and the archive has come so far.
   */
  static Instant at(BatchDays days, ModelDocument model) {
    return neededThrough(days, model).plus(BEHIND);
  }

  /** The event time through which the archive has to be complete for that. */
  static Instant neededThrough(BatchDays days, ModelDocument model) {
    long length = model.window().toMillis();
    long last = Math.floorDiv(days.end().toEpochMilli() - 1, length) * length;
    return Instant.ofEpochMilli(last + length).plus(model.horizon());
  }
}
