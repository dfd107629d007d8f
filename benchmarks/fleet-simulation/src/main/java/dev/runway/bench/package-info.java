/** The simulation of a fleet, as a benchmark. */
@org.jspecify.annotations.NullMarked
package dev.runway.bench;
