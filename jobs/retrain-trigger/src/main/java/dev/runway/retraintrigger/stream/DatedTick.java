package dev.runway.retraintrigger.stream;

/**
 * A tick and when its topic had it: what was written before that counts for it.
 *
 * @param appendedAtMillis append time of its record
 */
public record DatedTick(long atMillis, long appendedAtMillis) {}
