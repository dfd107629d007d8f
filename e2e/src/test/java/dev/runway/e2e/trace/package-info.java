/** A seeded trace of predictions and outcomes, and what it must come to. */
@NullMarked
package dev.runway.e2e.trace;

import org.jspecify.annotations.NullMarked;
