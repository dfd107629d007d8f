package dev.runway.stack.batch;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A batch run that has ended well.
 *
 * @param days what it gave
 * @param startedAt when it began
 * @param coveredThrough event time through which the archive was complete when it was submitted
 * @param late what the archive had of outcomes that came late for the stream
 * @param leftUntil event time through which the archive has to come for all windows that were left
 *     out because it had not; null when there was none
 */
record MasterRun(
    BatchDays days,
    Instant startedAt,
    Instant coveredThrough,
    LateOffsets late,
    @Nullable Instant leftUntil) {

  /** What it found. */
  record Found(long windows, LeftOut leftOut, long comparedRows, long differences) {}
}
