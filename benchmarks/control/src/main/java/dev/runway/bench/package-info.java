/** The benchmark of the control API. */
@org.jspecify.annotations.NullMarked
package dev.runway.bench;
