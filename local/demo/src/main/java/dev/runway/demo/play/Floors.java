package dev.runway.demo.play;

import dev.runway.model.Topic;
import java.util.Arrays;

/**
 * The earliest event time still to come, per topic and place on a tape. From it come heartbeats
 * that are never wrong, whatever the order of the events.
 */
public final class Floors {
  private final long[] predictions;
  private final long[] outcomes;

  private Floors(long[] predictions, long[] outcomes) {
    this.predictions = predictions;
    this.outcomes = outcomes;
  }

  /** Where the events of a tape are. */
  public interface Times {
    boolean isPrediction(int place);

    /** Event time, or {@link EventTape#TIMELESS}. */
    long millis(int place);
  }

  /** Takes the floors of a tape of {@code size} events. */
  public static Floors of(int size, Times times) {
    long[] predictions = new long[size + 1];
    long[] outcomes = new long[size + 1];
    Arrays.fill(predictions, EventTape.TIMELESS);
    Arrays.fill(outcomes, EventTape.TIMELESS);
    for (int i = size - 1; i >= 0; i--) {
      boolean prediction = times.isPrediction(i);
      long millis = times.millis(i);
      predictions[i] = prediction ? Math.min(millis, predictions[i + 1]) : predictions[i + 1];
      outcomes[i] = prediction ? outcomes[i + 1] : Math.min(millis, outcomes[i + 1]);
    }
    return new Floors(predictions, outcomes);
  }

  /** See {@link EventTape#floorMillis}. */
  public long millis(Topic topic, int from) {
    return topic == Topic.PREDICTIONS ? predictions[from] : outcomes[from];
  }
}
