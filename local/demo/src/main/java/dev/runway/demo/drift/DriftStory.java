package dev.runway.demo.drift;

import java.time.Duration;
import java.util.List;

/**
 * What is known of a model's drift before anything is played.
 *
 * @param window how long its predictions are gathered before they are judged
 * @param trainings one per version that has a baseline
 */
public record DriftStory(
    String modelId,
    Duration window,
    List<Training> trainings,
    List<Shift> shifts,
    List<Control> controls) {

  public DriftStory {
    trainings = List.copyOf(trainings);
    shifts = List.copyOf(shifts);
    controls = List.copyOf(controls);
  }

  /** Of a model whose versions have no baseline. */
  public static DriftStory none(String modelId, Duration window) {
    return new DriftStory(modelId, window, List.of(), List.of(), List.of());
  }
}
