/** Tests of comparing versions. */
@NullMarked
package dev.runway.embedding.traffic;

import org.jspecify.annotations.NullMarked;
