package dev.runway.retraintrigger.stream;

import dev.runway.retraintrigger.decision.Surroundings;
import java.util.SortedMap;

/**
 * A tick with what the fleet has to do with each model at it.
 *
 * @param usual of a model that is not among {@code special}
 */
public record FleetTick(
    DatedTick tick, Surroundings usual, SortedMap<String, Surroundings> special) {

  /** What the fleet has to do with a model. */
  Surroundings of(String modelId) {
    return special.getOrDefault(modelId, usual);
  }
}
