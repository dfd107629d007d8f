/** Whether the vectors of one version change over time: sums of windows, and what they say. */
@NullMarked
package dev.runway.drift.embedding.traffic;

import org.jspecify.annotations.NullMarked;
