package dev.runway.demo.scenario;

import dev.runway.model.Reason;
import java.util.List;
import java.util.Map;

/**
 * All records of the demo in the order they are sent, and what Runway must count of the faults
 * among them.
 *
 * @param events in sending order
 * @param endMillis a time by which every horizon and every wait has passed
 * @param duplicates repeated predictions by model
 * @param conflicts conflicting predictions by model
 * @param dead records that must be refused, by reason
 * @param orphans outcomes that nobody predicted
 */
public record Script(
    List<PlannedEvent> events,
    long endMillis,
    Map<String, Long> duplicates,
    Map<String, Long> conflicts,
    Map<Reason, Long> dead,
    long orphans) {

  public Script {
    events = List.copyOf(events);
    duplicates = Map.copyOf(duplicates);
    conflicts = Map.copyOf(conflicts);
    dead = Map.copyOf(dead);
  }
}
