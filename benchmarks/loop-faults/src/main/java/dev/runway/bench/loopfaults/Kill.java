package dev.runway.bench.loopfaults;

/**
 * A death to come.
 *
 * @param minute of the day; it comes after the tick of that minute was written ...
 * @param delayMillis ... and so much later
 */
public record Kill(Victim victim, int minute, long delayMillis) {}
