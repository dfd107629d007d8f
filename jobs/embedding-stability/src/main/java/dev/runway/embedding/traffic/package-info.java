/** What the vectors of a version are over time, and how fresh. */
@NullMarked
package dev.runway.embedding.traffic;

import org.jspecify.annotations.NullMarked;
