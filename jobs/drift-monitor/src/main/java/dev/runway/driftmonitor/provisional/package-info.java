/** Baselines for versions that have none: of the predictions of their first windows. */
@NullMarked
package dev.runway.driftmonitor.provisional;

import org.jspecify.annotations.NullMarked;
