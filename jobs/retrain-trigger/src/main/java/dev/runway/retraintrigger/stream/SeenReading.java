package dev.runway.retraintrigger.stream;

import dev.runway.model.DeadLetter;
import dev.runway.model.MalformedEvent;
import dev.runway.retraintrigger.signal.LabelledWindow;
import dev.runway.retraintrigger.signal.Observation;
import dev.runway.retraintrigger.state.Dossier;
import dev.runway.retraintrigger.state.StoredValue;

/**
 * A reading, as far as decisions need it, with the place that it came from.
 *
 * @param appendedAtMillis append time of its record
 * @param labelled whether {@code value} is of performance; else it is of drift
 * @param value what the reading says, as a plain value
 */
public record SeenReading(
    String modelId,
    String modelVersion,
    String topic,
    int partition,
    long offset,
    long appendedAtMillis,
    boolean labelled,
    byte[] value) {

  /**
   * Has a dossier take it.
   *
   * @return false for a window that the tick has not come near, of which nothing is taken
   */
  boolean isTakenBy(Dossier dossier, long tickMillis) {
    if (labelled) {
      LabelledWindow seen = StoredValue.read(value, LabelledWindow.class);
      if (Dossier.isAhead(seen.windowEndMillis(), tickMillis)) {
        return false;
      }
      dossier.take(modelVersion, seen);
    } else {
      Observation seen = StoredValue.read(value, Observation.class);
      if (Dossier.isAhead(seen.windowEndMillis(), tickMillis)) {
        return false;
      }
      dossier.take(modelVersion, seen, tickMillis);
    }
    return true;
  }

  /** Its refusal; of the bytes that came only what decisions need was kept. */
  DeadLetter refused(MalformedEvent cause) {
    return DeadLetter.of(topic, partition, offset, appendedAtMillis, value, cause);
  }
}
