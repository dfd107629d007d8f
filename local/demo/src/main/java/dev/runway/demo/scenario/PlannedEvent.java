package dev.runway.demo.scenario;

import dev.runway.model.Topic;

/**
 * One record to send.
 *
 * @param topic {@link Topic#PREDICTIONS} or {@link Topic#OUTCOMES}
 * @param key the record key: the prediction id
 * @param eventMillis the time inside the event, or {@link #TIMELESS}
 */
public record PlannedEvent(Topic topic, String key, byte[] value, long eventMillis) {

  /** The time of an event that has none that could be read; later than every other. */
  public static final long TIMELESS = Long.MAX_VALUE;
}
