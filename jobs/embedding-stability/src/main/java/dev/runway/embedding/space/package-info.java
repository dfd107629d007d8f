/** The documents of embedding spaces, as the operators look them up. */
@NullMarked
package dev.runway.embedding.space;

import org.jspecify.annotations.NullMarked;
