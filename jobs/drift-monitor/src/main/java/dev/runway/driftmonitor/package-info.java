/**
 * The drift-monitor job: predictions x baselines x ground truth -> tiles and drift readings.
 *
 * <p>{@code baseline} knows the profiles in force, {@code count} makes tiles of predictions beside
 * the source, {@code merge} adds them up to windows and scores these; {@code concept} compares what
 * scores mean with what they meant, {@code estimate} says how good predictions without labels are.
 */
@NullMarked
package dev.runway.driftmonitor;

import org.jspecify.annotations.NullMarked;
