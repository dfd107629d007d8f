/** Starts every component, watches it, brings back what dies. */
@NullMarked
package dev.runway.stack.supervisor;

import org.jspecify.annotations.NullMarked;
