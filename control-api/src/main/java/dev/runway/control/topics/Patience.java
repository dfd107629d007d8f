package dev.runway.control.topics;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;

/**
 * How long a record is tried that meets an error which nobody foresaw. Each partition has its own
 * time: that others go on says nothing about its record.
 */
final class Patience {
  /** Longer than a migration or a restart takes. */
  static final Duration LENGTH = Duration.ofMinutes(5);

  private final LongSupplier nanos;
  private final Map<TopicPartition, Trouble> troubles = new HashMap<>();

  /** The record at an offset, and when it failed first. */
  private record Trouble(long offset, long sinceNanos) {}

  Patience() {
    this(System::nanoTime);
  }

  /**
   * @param nanos time that never goes back
   */
  Patience(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Whether the record, which has failed again, was tried for long enough. */
  boolean isOver(TopicPartition partition, long offset) {
    long now = nanos.getAsLong();
    Trouble trouble = troubles.get(partition);
    if (trouble == null || trouble.offset() != offset) {
      trouble = new Trouble(offset, now);
      troubles.put(partition, trouble);
    }
    return now - trouble.sinceNanos() >= LENGTH.toNanos();
  }

  /** What comes next of a partition is tried for the whole time. */
  void start(TopicPartition partition) {
    troubles.remove(partition);
  }
}
