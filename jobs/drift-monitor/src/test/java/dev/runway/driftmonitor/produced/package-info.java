/** Tiles that a producer makes of its own predictions, with the jar of shared/drift alone. */
@NullMarked
package dev.runway.driftmonitor.produced;

import org.jspecify.annotations.NullMarked;
