/**
 * Performance statistics of predictions with outcomes: mergeable, retractable, and independent of
 * order.
 *
 * <p>Every accumulator is exact integer arithmetic ({@link dev.runway.drift.performance.ExactSum},
 * weights in fixed point, counts in bins). A term of one event may be rounded, always the same way;
 * a sum never is. So any arrival order, any split into merges and any history of corrections
 * (retract, then add) ends in the same bytes and the same metrics.
 *
 * <p>The package is larger than our usual 15 classes because the accumulators, their bins and their
 * byte format only make sense together and share package-private parts.
 */
@NullMarked
package dev.runway.drift.performance;

import org.jspecify.annotations.NullMarked;
