package dev.runway.stack.batch;

import dev.runway.model.ModelDocument;
import java.time.Duration;
import java.time.Instant;

/** When a batch run may say the last word on a day. */
final class Settled {
  /** What the job waits behind a horizon, unless told otherwise: {@code runway.batch.settle}. */
  private static final Duration SETTLE = Duration.ofHours(1);

  private Settled() {}

  /**
   * From when on all windows of a model that begin on these days are in a batch run: the last of
   * them has ended, its horizon has passed, and its outcomes have had time to reach the archive.
   */
  static Instant at(BatchDays days, ModelDocument model) {
    long length = model.window().toMillis();
    long last = Math.floorDiv(days.end().toEpochMilli() - 1, length) * length;
    return Instant.ofEpochMilli(last + length).plus(model.horizon()).plus(SETTLE);
  }
}
