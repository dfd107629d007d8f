/** Tests of comparing versions. */
@NullMarked
package dev.runway.embedding.compare;

import org.jspecify.annotations.NullMarked;
