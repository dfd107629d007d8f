package dev.runway.demo.loop;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runway.model.PerformanceReading;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a canary gate's answer is made of: predictions and labels of the version on trial and of the
 * one beside it.
 */
record CanaryCounts(long challenged, long challengerLabels, long championed, long championLabels) {

  /** Cases of a window that a version answered as one arm of a canary. */
  interface Tried {
    int cases(String modelId, String version, String arm, long windowEndMillis);
  }

  /** Those of an answer. */
  static CanaryCounts of(JsonNode answer) {
    JsonNode challenger = answer.path("arms").path(0);
    JsonNode champion = answer.path("arms").path(1);
    return new CanaryCounts(
        challenger.path("predictions").asLong(),
        challenger.path("labels").asLong(),
        champion.path("predictions").asLong(),
        champion.path("labels").asLong());
  }

  /**
   * What was played, and its labels as they were said on the topic.
   *
   * @param windows their ends
   * @param played by the model server
   * @return null while some labels are due
   */
  static @Nullable CanaryCounts expected(
      CanaryTrial trial, List<Long> windows, Tried played, LoopState state) {
    long challenged = 0;
    long challengerLabels = 0;
    long championed = 0;
    long championLabels = 0;
    for (long end : windows) {
      int tried = played.cases(trial.modelId(), trial.version(), TrafficSplit.CHALLENGER, end);
      int beside = played.cases(trial.modelId(), trial.champion(), TrafficSplit.CHAMPION, end);
      LoopState.Window its = new LoopState.Window(trial.modelId(), trial.version(), end);
      LoopState.Window other = new LoopState.Window(trial.modelId(), trial.champion(), end);
      Long itsLabels = tried == 0 ? Long.valueOf(0) : state.labels(its, PerformanceReading.ALL);
      Long otherLabels =
          beside == 0 ? Long.valueOf(0) : state.labels(other, TrafficSplit.CHAMPION_ARM);
      if (itsLabels == null || otherLabels == null) {
        return null;
      }
      challenged += tried;
      championed += beside;
      // The gate takes a window of both or of none.
      if (itsLabels > 0 && otherLabels > 0) {
        challengerLabels += itsLabels;
        championLabels += otherLabels;
      }
    }
    return new CanaryCounts(challenged, challengerLabels, championed, championLabels);
  }

  /** Of the version that has fewer. */
  long labels() {
    return Math.min(challengerLabels, championLabels);
  }
}
