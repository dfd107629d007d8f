package dev.runway.driftmonitor.estimate;

import dev.runway.drift.performance.ScoreTallies;
import dev.runway.driftmonitor.concept.VersionKey;

/**
 * Scores of one minute that one subtask has counted since its last bundle.
 *
 * @param minuteMillis start of the minute of prediction time
 */
public record ScoreDelta(VersionKey key, long minuteMillis, ScoreTallies tallies) {}
