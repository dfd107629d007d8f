/** Tests of the embedding-stability job. */
@NullMarked
package dev.runway.embedding;

import org.jspecify.annotations.NullMarked;
