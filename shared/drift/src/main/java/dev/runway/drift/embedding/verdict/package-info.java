/** What two versions of an embedding mean to those who consume it. */
@NullMarked
package dev.runway.drift.embedding.verdict;

import org.jspecify.annotations.NullMarked;
