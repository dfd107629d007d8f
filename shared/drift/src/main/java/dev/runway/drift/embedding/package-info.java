/**
 * Whether two versions of an embedding say the same of the same items: mergeable sums of pairs of
 * vectors, a bounded sample of them, and the measures that follow.
 *
 * <p>Of a pair, <i>before</i> is the item's vector in the older version and <i>after</i> that in
 * the newer one; they may have different dimensions.
 */
@NullMarked
package dev.runway.drift.embedding;

import org.jspecify.annotations.NullMarked;
