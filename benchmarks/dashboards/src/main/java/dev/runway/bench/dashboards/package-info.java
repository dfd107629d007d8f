/** A year of many models, and how long each query takes over it. */
@org.jspecify.annotations.NullMarked
package dev.runway.bench.dashboards;
