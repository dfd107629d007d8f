/** Tests of what is stored. */
@NullMarked
package dev.runway.embedding.state;

import org.jspecify.annotations.NullMarked;
