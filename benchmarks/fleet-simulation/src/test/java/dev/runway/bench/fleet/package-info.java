/** The simulation in a small form. */
package dev.runway.bench.fleet;
