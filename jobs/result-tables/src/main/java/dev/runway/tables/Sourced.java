package dev.runway.tables;

import dev.runway.flink.RawEvent;
import dev.runway.tables.write.Origin;

/** An event and the record it was read from. */
record Sourced<E>(Origin origin, E event) {
  static <E> Sourced<E> of(RawEvent raw, E event) {
    return new Sourced<>(
        new Origin(raw.topic(), raw.partition(), raw.offset(), raw.kafkaTimestampMillis()), event);
  }
}
