/** The benchmark of the dashboards' queries. */
@org.jspecify.annotations.NullMarked
package dev.runway.bench;
