package dev.runway.flink;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** Key and value of the Kafka record of a result. */
public interface RecordFormat<T> extends Serializable {

  /** The record's key: decides its partition, and what a newer revision replaces. */
  byte[] key(T result);

  /** The record's value; null deletes the key from a compacted topic. */
  byte @Nullable [] value(T result);
}
