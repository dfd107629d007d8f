/** Comparing versions of a space by the vectors that are kept. */
@NullMarked
package dev.runway.embedding.compare;

import org.jspecify.annotations.NullMarked;
