/** The benchmark's command. */
@org.jspecify.annotations.NullMarked
package dev.runway.bench;
