package dev.runway.flink;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** Key, value and cause of the Kafka record of a result. */
public interface RecordFormat<T> extends Serializable {

  /** The record's key: decides its partition, and what a newer revision replaces. */
  byte[] key(T result);

  /** The record's value; null deletes the key from a compacted topic. */
  byte @Nullable [] value(T result);

  /**
   * What goes into the header {@link dev.runway.model.CauseHeader}; null for no header. It follows
   * from the result alone, so that a result that is written twice is the same record twice.
   */
  default @Nullable String cause(T result) {
    return null;
  }
}
