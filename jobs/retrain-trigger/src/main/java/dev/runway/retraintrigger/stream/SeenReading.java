package dev.runway.retraintrigger.stream;

import dev.runway.model.DeadLetter;
import dev.runway.model.MalformedEvent;

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

  /** Its refusal; of the bytes that came only what decisions need was kept. */
  DeadLetter refused(MalformedEvent cause) {
    return DeadLetter.of(topic, partition, offset, appendedAtMillis, value, cause);
  }
}
