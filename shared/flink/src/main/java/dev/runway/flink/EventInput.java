package dev.runway.flink;

import java.io.Serializable;
import java.time.Duration;

/**
 * What every event source of a job has in common.
 *
 * @param groupId consumer group: carries offsets for lag monitoring; places in the topic come from
 *     checkpoints
 * @param outOfOrderness how far an event may be behind the newest one of its partition before it is
 *     late
 * @param idleAfter after how long without a timed event a partition no longer holds up the others;
 *     time in which no broker answers does not count
 */
public record EventInput(
    KafkaAccess kafka,
    String groupId,
    TimeBounds bounds,
    Duration outOfOrderness,
    Duration idleAfter,
    Sampler sampler)
    implements Serializable {

  /** The same for a topic that has been sampled already, or is keyed by something else. */
  public EventInput unsampled() {
    return new EventInput(kafka, groupId, bounds, outOfOrderness, idleAfter, Sampler.of(1));
  }
}
