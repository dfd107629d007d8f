/** Embeddings learned from the flights of the samples, and what becomes of those who read them. */
@NullMarked
package dev.runway.demo.embedding;

import org.jspecify.annotations.NullMarked;
