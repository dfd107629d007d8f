/** Batch runs over the local stack's archive, and what they find. */
@NullMarked
package dev.runway.stack.batch;

import org.jspecify.annotations.NullMarked;
