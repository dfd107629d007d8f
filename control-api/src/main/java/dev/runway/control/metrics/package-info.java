/** What the process tells of itself, for Prometheus. */
@NullMarked
package dev.runway.control.metrics;

import org.jspecify.annotations.NullMarked;
