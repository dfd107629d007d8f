package dev.runway.driftmonitor.merge;

/**
 * Which tile of a producer it is, within its minute, segment and profile, and where it came from.
 *
 * @param producerId who has counted
 * @param sequence of the tile among those of its producer
 * @param topic full name
 * @param recordedAtMillis Kafka time of the record
 */
public record ProducedPart(
    String producerId,
    long sequence,
    String topic,
    int partition,
    long offset,
    long recordedAtMillis) {}
