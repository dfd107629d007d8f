package dev.runway.driftmonitor.merge;

/**
 * Which tile of a producer it is, within its minute and profile, and where it came from.
 *
 * @param producerId who has counted
 * @param sequence of the tile among those of its producer
 * @param segment as it was sent, {@link Span#NO_SEGMENT} for none: under which one its predictions
 *     count hangs on the model's document, which may change before a repeat comes
 * @param topic full name
 * @param recordedAtMillis Kafka time of the record
 */
public record ProducedPart(
    String producerId,
    long sequence,
    String segment,
    String topic,
    int partition,
    long offset,
    long recordedAtMillis) {}
