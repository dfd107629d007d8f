/** Flink's SQL gateway as Runway starts it. */
@NullMarked
package dev.runway.gateway;

import org.jspecify.annotations.NullMarked;
