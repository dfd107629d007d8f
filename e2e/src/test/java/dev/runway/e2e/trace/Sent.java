package dev.runway.e2e.trace;

import dev.runway.demo.play.EventTape;
import dev.runway.model.Topic;

/**
 * A record of the trace.
 *
 * @param eventMillis the time inside, or {@link #TIMELESS}
 * @param sendMillis its place among the others: event time and how far it is behind
 */
record Sent(Topic topic, String key, byte[] value, long eventMillis, long sendMillis) {
  static final long TIMELESS = EventTape.TIMELESS;

  Sent behind(long millis) {
    return new Sent(topic, key, value, eventMillis, sendMillis + millis);
  }
}
