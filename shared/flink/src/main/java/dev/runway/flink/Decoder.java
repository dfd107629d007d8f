package dev.runway.flink;

import dev.runway.model.MalformedEvent;
import java.io.Serializable;
import org.apache.flink.metrics.MetricGroup;
import org.jspecify.annotations.Nullable;

/** Makes an event of a record's bytes. Named classes rather than lambdas outlive an upgrade. */
@FunctionalInterface
public interface Decoder<T> extends Serializable {

  /**
   * Decodes one record.
   *
   * @return the event, or null when it is not for this job, for example sampled out
   * @throws MalformedEvent when the event breaks the contract; anything else fails the job
   */
  @Nullable T decode(RawEvent raw) throws MalformedEvent;

  /**
   * Opens what decoding needs.
   *
   * @param refused takes dead letters that are met on the way, such as broken model documents
   */
  default void open(ModelDirectory.Refused refused) {}

  /**
   * Same for a decoder that counts what it meets inside of events.
   *
   * @param metrics of the operator
   */
  default void open(ModelDirectory.Refused refused, MetricGroup metrics) {
    open(refused);
  }

  /** Lets go of what was opened. Called once, also after a failed {@link #open}. */
  default void close() {}
}
