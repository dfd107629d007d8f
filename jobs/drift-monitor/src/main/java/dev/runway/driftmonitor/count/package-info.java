/** Predictions to tiles, in memory, beside the source. */
@NullMarked
package dev.runway.driftmonitor.count;

import org.jspecify.annotations.NullMarked;
