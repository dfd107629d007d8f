/** A Flink plugin: metrics for Prometheus, to be read from this machine alone. */
@NullMarked
package dev.runway.metrics;

import org.jspecify.annotations.NullMarked;
