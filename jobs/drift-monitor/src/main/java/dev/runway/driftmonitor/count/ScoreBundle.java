package dev.runway.driftmonitor.count;

import dev.runway.drift.performance.ScoreTallies;
import dev.runway.driftmonitor.concept.VersionKey;
import dev.runway.driftmonitor.estimate.ScoreDelta;
import dev.runway.flink.BundleFunction;
import org.apache.flink.util.Collector;

/** Scores of predictions, and what was decided by them, to counts in memory. */
final class ScoreBundle
    implements BundleFunction<CountedPrediction, TileKey, ScoreTallies, ScoreDelta> {

  /** That of tiles, which is at hand: what it tells apart and scores do not is merged behind it. */
  @Override
  public TileKey key(CountedPrediction event) {
    return event.key();
  }

  @Override
  public ScoreTallies create(TileKey key) {
    return new ScoreTallies();
  }

  @Override
  public long add(ScoreTallies tallies, CountedPrediction event) {
    double score = event.score();
    if (score >= 0 && score <= 1) {
      tallies.add(score, event.decision());
    }
    return 0;
  }

  @Override
  public void emit(TileKey key, ScoreTallies tallies, Collector<ScoreDelta> out) {
    if (!tallies.isEmpty()) {
      out.collect(
          new ScoreDelta(
              new VersionKey(key.modelId(), key.version()), key.minuteMillis(), tallies));
    }
  }
}
