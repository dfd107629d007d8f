package dev.runway.groundtruth;

import dev.runway.groundtruth.archive.Coverage;
import dev.runway.groundtruth.archive.Days;
import dev.runway.model.Limits;
import java.io.Serializable;
import java.time.Duration;

/**
 * What a batch run reads and what it says.
 *
 * @param days windows that start within them are read out
 * @param lookBack how far before them predictions are read, for ids that were used before
 * @param longestWindow windows up to this length are read out: predictions are read so far beyond
 * @param orphanWait how far before its prediction an outcome may have been observed
 * @param coverage times of which the archive is complete: windows that need others are left out
 */
record MasterRange(
    Days days, Duration lookBack, Duration longestWindow, Duration orphanWait, Coverage coverage)
    implements Serializable {

  /** Days of predictions that may be in the windows, or share an id with one that is. */
  Days predictions() {
    return Days.touchedBy(
        days.fromMillis() - lookBack.toMillis(), days.throughMillis() + longestWindow.toMillis());
  }

  /** Days of outcomes that may count for these predictions, however long their horizon. */
  Days outcomes() {
    Days predictions = predictions();
    return Days.touchedBy(
        predictions.fromMillis() - orphanWait.toMillis(),
        predictions.throughMillis() + Limits.MAX_HORIZON.toMillis());
  }

  /**
   * Whether the archive has everything that may count for a window. What was there and is dropped
   * may have been the first use of an id: so a run before and one after it say the same or nothing.
   *
   * @param startMillis the window's start
   * @param finalMillis when the horizon of its last prediction has passed
   */
  boolean isCovered(long startMillis, long finalMillis) {
    return coverage.keeps(startMillis - lookBack.toMillis())
        && coverage.covers(startMillis - orphanWait.toMillis(), finalMillis);
  }

  /**
   * Whether the archive will have everything of a window once it has come so far. Where it began
   * later, dropped something, or has a gap, it never will.
   *
   * @param startMillis the window's start
   * @param finalMillis when the horizon of its last prediction has passed
   */
  boolean isAhead(long startMillis, long finalMillis) {
    return coverage.keeps(startMillis - lookBack.toMillis())
        && coverage.isAhead(startMillis - orphanWait.toMillis(), finalMillis);
  }
}
