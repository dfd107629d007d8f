/**
 * Distributions, tests and effect sizes that drift and concept measures rest on: pure functions of
 * counts and moments, no state.
 *
 * <p>What a numerical library has is taken from it (the incomplete gamma and beta functions and the
 * error function); what is built of them is ours.
 */
@NullMarked
package dev.runway.drift.statistics;

import org.jspecify.annotations.NullMarked;
