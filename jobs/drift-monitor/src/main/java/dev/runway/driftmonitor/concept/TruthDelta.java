package dev.runway.driftmonitor.concept;

/**
 * Truths of one minute that one subtask has read since its last bundle.
 *
 * @param minuteMillis start of the minute of prediction time
 */
public record TruthDelta(VersionKey key, long minuteMillis, TruthLedger ledger) {}
