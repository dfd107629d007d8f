package dev.runway.tables.write;

/**
 * The Kafka record that a row comes from.
 *
 * @param recordedAtMillis Kafka's own time of the record
 */
public record Origin(String topic, int partition, long offset, long recordedAtMillis) {}
