/** What every job shares: sources, sinks, dead letters, options, bundling. */
@NullMarked
package dev.runway.flink;

import org.jspecify.annotations.NullMarked;
