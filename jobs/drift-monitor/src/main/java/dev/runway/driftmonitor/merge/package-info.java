/** Tiles to windows, and windows to readings. */
@NullMarked
package dev.runway.driftmonitor.merge;

import org.jspecify.annotations.NullMarked;
