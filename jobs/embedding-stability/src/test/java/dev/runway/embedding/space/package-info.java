/** Tests of the documents of spaces. */
@NullMarked
package dev.runway.embedding.space;

import org.jspecify.annotations.NullMarked;
