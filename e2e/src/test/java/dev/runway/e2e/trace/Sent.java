package dev.runway.e2e.trace;

import dev.runway.demo.play.EventTape;
import dev.runway.model.Topic;
import java.util.Map;

/**
 * A record of the trace.
 *
 * @param eventMillis the time inside, or {@link #TIMELESS}
 * @param sendMillis its place among the others: event time and how far it is behind
 */
record Sent(
    Topic topic,
    String key,
    byte[] value,
    Map<String, String> headers,
    long eventMillis,
    long sendMillis) {
  static final long TIMELESS = EventTape.TIMELESS;

  /** One without headers. */
  Sent(Topic topic, String key, byte[] value, long eventMillis, long sendMillis) {
    this(topic, key, value, Map.of(), eventMillis, sendMillis);
  }

  Sent behind(long millis) {
    return new Sent(topic, key, value, headers, eventMillis, sendMillis + millis);
  }
}
