package dev.runway.driftmonitor.concept;

/**
 * Whose truths are watched together.
 *
 * @param segment declared segment, or {@link dev.runway.model.DriftReading#ALL}
 */
record WatchedGroup(VersionKey version, String segment) {}
