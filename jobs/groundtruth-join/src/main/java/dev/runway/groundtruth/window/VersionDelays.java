package dev.runway.groundtruth.window;

import dev.runway.drift.performance.Ages;
import dev.runway.drift.performance.KaplanMeier;
import dev.runway.drift.performance.LabelDelays;
import org.jspecify.annotations.Nullable;

/**
 * Collects the label delays of a version's windows into one distribution: of labels that were
 * observed, so that a prediction joined by silence counts among those without one.
 */
public final class VersionDelays {
  private final LabelDelays delays = new LabelDelays();

  /**
   * Adds a window.
   *
   * @param nowMillis event time that has been reached
   */
  public void add(WindowKey window, WindowCounts counts, long nowMillis) {
    delays.addLabelled(counts.delays());
    delays.addWaiting(ages(window, counts, nowMillis), counts.waiting() + counts.joinedBySilence());
    delays.addUnlabelled(counts.horizonMillis(), counts.unlabelled());
  }

  /** Ages of the predictions of a window. */
  static Ages ages(WindowKey window, WindowCounts counts, long nowMillis) {
    return Ages.of(window.startMillis(), window.endMillis(), nowMillis, counts.horizonMillis());
  }

  /** The distribution; null while no label is known. */
  public @Nullable KaplanMeier distribution() {
    return delays.distribution();
  }
}
