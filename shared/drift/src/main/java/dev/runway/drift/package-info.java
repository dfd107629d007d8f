/**
 * Drift and performance mathematics without Flink: mergeable statistics and what follows from them.
 */
@NullMarked
package dev.runway.drift;

import org.jspecify.annotations.NullMarked;
