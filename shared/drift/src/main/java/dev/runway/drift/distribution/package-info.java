/**
 * Bins, and how far apart two distributions are: over the same bins, or as samples and sketches,
 * with the error of each number.
 *
 * <p>Conventions: reference shares are p, current shares q; bins are right-closed with open outer
 * bins, so nothing is lost; logarithms are natural, so divergences are in nats.
 */
@NullMarked
package dev.runway.drift.distribution;

import org.jspecify.annotations.NullMarked;
