/**
 * From what is known about a model to how stale it is: severities, their fusion to one score, and
 * the levels that the score has to keep for a while.
 *
 * <p>Formulas alone; retrain-trigger carries them.
 */
@NullMarked
package dev.runway.drift.staleness;

import org.jspecify.annotations.NullMarked;
