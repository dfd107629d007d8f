package dev.runway.retraintrigger.stream;

import dev.runway.model.DeadLetter;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Tick;
import dev.runway.retraintrigger.signal.LabelledWindow;
import dev.runway.retraintrigger.signal.Observation;
import dev.runway.retraintrigger.signal.SpaceReading;
import dev.runway.retraintrigger.state.Dossier;
import dev.runway.retraintrigger.state.StoredValue;

/**
 * A reading, as far as decisions need it, with the place that it came from.
 *
 * @param appendedAtMillis append time of its record
 * @param kind what its value is
 * @param value what the reading says, as a plain value
 */
public record SeenReading(
    String modelId,
    String modelVersion,
    String topic,
    int partition,
    long offset,
    long appendedAtMillis,
    Kind kind,
    byte[] value) {

  /** What a reading is of. Stored by its place: never put one before another. */
  enum Kind {
    DRIFT(0),
    PERFORMANCE(1),
    /** Of a space, for one model that uses it. */
    SPACE(2);

    /** In stored state, where it was a flag while there were two. */
    final int code;

    Kind(int code) {
      this.code = code;
    }
  }

  /**
   * Has a dossier take it.
   *
   * @return false for a window that the tick has not come near, of which nothing is taken
   */
  boolean isTakenBy(Dossier dossier, long tickMillis) {
    switch (kind) {
      case PERFORMANCE -> {
        LabelledWindow seen = StoredValue.read(value, LabelledWindow.class);
        if (Dossier.isAhead(seen.windowEndMillis(), tickMillis)) {
          return false;
        }
        dossier.take(modelVersion, seen);
      }
      case DRIFT -> {
        Observation seen = StoredValue.read(value, Observation.class);
        if (Dossier.isAhead(seen.windowEndMillis(), tickMillis)) {
          return false;
        }
        dossier.take(modelVersion, seen, tickMillis);
      }
      case SPACE ->
          dossier.take(StoredValue.read(value, SpaceReading.class).toldAt(toldMillis(tickMillis)));
    }
    return true;
  }

  /**
   * The tick that it counts from. A job that begins anew, or was away, reads what was told long ago
   * with its first one, and that is no news; where history is played, ticks are older than records.
   */
  private long toldMillis(long tickMillis) {
    return Math.min(tickMillis, appendedAtMillis + Tick.MINUTE_MILLIS);
  }

  /** The same place with what it says to one model. */
  SeenReading to(String model, byte[] said) {
    return new SeenReading(
        model, modelVersion, topic, partition, offset, appendedAtMillis, kind, said);
  }

  /** Its refusal; of the bytes that came only what decisions need was kept. */
  DeadLetter refused(MalformedEvent cause) {
    return DeadLetter.of(topic, partition, offset, appendedAtMillis, value, cause);
  }
}
