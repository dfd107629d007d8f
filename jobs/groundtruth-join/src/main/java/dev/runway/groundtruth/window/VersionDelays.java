package dev.runway.groundtruth.window;

import dev.runway.drift.performance.DelayCounts;
import dev.runway.drift.performance.KaplanMeier;
import org.jspecify.annotations.Nullable;

/**
 * Collects the label delays of a version's windows into one distribution. Predictions without a
 * label are censored: at the horizon once they have matured, before that at their age.
 */
public final class VersionDelays {
  private final DelayCounts labelled = new DelayCounts();
  private final DelayCounts censored = new DelayCounts();

  /**
   * Adds a window.
   *
   * @param nowMillis event time that has been reached
   */
  public void add(WindowKey window, WindowCounts counts, long nowMillis) {
    labelled.add(counts.delays());
    long middle = (window.startMillis() + window.endMillis()) / 2;
    long age = Math.min(Math.max(nowMillis, middle) - middle, counts.horizonMillis());
    addCensored(age, counts.waiting());
    addCensored(counts.horizonMillis(), counts.unlabelled());
  }

  private void addCensored(long ageMillis, long predictions) {
    if (predictions > 0) {
      censored.addMany(ageMillis, predictions);
    }
  }

  /** The distribution; null while no label is known. */
  public @Nullable KaplanMeier distribution() {
    return labelled.count() <= 0 ? null : new KaplanMeier(labelled, censored);
  }
}
