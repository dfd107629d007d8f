/**
 * Readings: what a tile says against a baseline, each number with its error and its verdict.
 *
 * <p>{@link dev.runway.drift.reading.DriftScorer} takes a baseline and a tile to a report.
 */
@NullMarked
package dev.runway.drift.reading;

import org.jspecify.annotations.NullMarked;
