/**
 * The drift-monitor job: predictions x baselines -> tiles and drift readings.
 *
 * <p>{@code baseline} knows the profiles in force, {@code count} makes tiles of predictions beside
 * the source, {@code merge} adds them up to windows and scores these.
 */
@NullMarked
package dev.runway.driftmonitor;

import org.jspecify.annotations.NullMarked;
