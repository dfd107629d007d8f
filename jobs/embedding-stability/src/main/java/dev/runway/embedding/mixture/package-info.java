/** On which versions of embedding spaces predictions rest. */
@NullMarked
package dev.runway.embedding.mixture;

import org.jspecify.annotations.NullMarked;
