/**
 * The embedding-stability job: embeddings x spaces -> whether a version can replace another.
 *
 * <p>{@code space} knows the documents in force, {@code compare} keeps sampled vectors and compares
 * versions, {@code state} says how they are kept.
 */
@NullMarked
package dev.runway.embedding;

import org.jspecify.annotations.NullMarked;
