package dev.runway.embedding.traffic;

import dev.runway.drift.embedding.traffic.TrafficSums;

/**
 * The old layout of what is kept of a window, see {@link OpenWindow}: all of its sums at once.
 *
 * @param endMillis of the window, excluded
 * @param changedAtMillis processing time of the last vectors that came
 * @param told events that the last reading of it rested on; 0 for none yet
 * @param compared whether that reading had a reference
 */
public record TrafficWindow(
    long endMillis, long changedAtMillis, long told, boolean compared, TrafficSums sums) {}
