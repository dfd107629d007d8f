/**
 * From tiles to the verdict on a window: how wide it has to be, what other windows say about it,
 * what a season may excuse, and when flagged windows are an alarm.
 *
 * <p>{@link dev.runway.drift.window.Widening} collects the tiles, {@link
 * dev.runway.drift.window.WindowJudge} judges them.
 */
@NullMarked
package dev.runway.drift.window;

import org.jspecify.annotations.NullMarked;
