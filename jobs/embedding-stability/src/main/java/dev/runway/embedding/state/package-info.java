/** How vectors and what was told of them are kept and sent. */
@NullMarked
package dev.runway.embedding.state;

import org.jspecify.annotations.NullMarked;
