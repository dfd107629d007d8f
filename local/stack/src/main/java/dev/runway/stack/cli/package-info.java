/** The verbs of {@code ./runway}. */
@NullMarked
package dev.runway.stack.cli;

import org.jspecify.annotations.NullMarked;
