package dev.runway.driftmonitor.baseline;

import dev.runway.drift.tile.TileLayout;
import dev.runway.flink.ModelDirectory;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The baselines of model versions, looked up by the operators that count and score. Not
 * thread-safe.
 */
public interface BaselineDirectory extends AutoCloseable {

  /**
   * The baseline in force for predictions of a time.
   *
   * <p>The oldest baseline of a version that is known holds for all of its predictions until
   * another one takes over: for predictions made a minute or more after its own creation, so that
   * every subtask and every replay changes at the same prediction. A provisional one never takes
   * over from a real one.
   *
   * @param predictedAtMillis time of the prediction
   * @param asOfMillis Kafka time of the event that asks: what was written before it is seen
   * @return null when the version has none
   */
  @Nullable TileLayout inForce(
      String modelId, String version, long predictedAtMillis, long asOfMillis);

  /**
   * Whether a version has a baseline: one that is known holds for all of its predictions. A
   * directory of many lays none out to say so.
   *
   * @param asOfMillis as above
   */
  default boolean has(String modelId, String version, long asOfMillis) {
    return inForce(modelId, version, 0, asOfMillis) != null;
  }

  /** The baseline with a profile id; null when it is not known, or not any more. */
  @Nullable TileLayout find(String modelId, String version, String profileId);

  /**
   * Same for an event that names it.
   *
   * @param asOfMillis Kafka time of the event: what was written before it is seen
   */
  @Nullable TileLayout find(String modelId, String version, String profileId, long asOfMillis);

  @Override
  void close();

  /** Opens a directory inside an operator; travels with the job's graph. */
  @FunctionalInterface
  interface Factory extends Serializable {

    /**
     * Opens a directory that holds every baseline written so far.
     *
     * @param refused takes baselines that break the contract; the one before stays in force
     */
    BaselineDirectory open(ModelDirectory.Refused refused);
  }
}
