package dev.runway.drift.window;

import dev.runway.drift.tile.WideCounts;
import org.jspecify.annotations.Nullable;

/**
 * The past of a model version, of one segment. All that is asked for is so old that nothing can be
 * added to it any more, so the answer does not depend on when it is asked.
 *
 * @param <E> what a look-up may throw
 */
public interface History<E extends Exception> {

  /**
   * Predictions of an hour; null if there were none.
   *
   * @param startMillis whole hours
   */
  @Nullable WideCounts hour(long startMillis) throws E;

  /**
   * What is known about a day (UTC); null if nothing.
   *
   * @param startMillis whole days
   */
  @Nullable DaySummary day(long startMillis) throws E;
}
