/** Tests of comparing versions. */
@NullMarked
package dev.runway.embedding.mixture;

import org.jspecify.annotations.NullMarked;
