/** The control API in a process of its own, what fills it, and what asks it. */
@org.jspecify.annotations.NullMarked
package dev.runway.bench.control;
