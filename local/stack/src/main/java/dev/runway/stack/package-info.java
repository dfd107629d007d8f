/** The local stack: where it lives, and a client to a running one. */
@NullMarked
package dev.runway.stack;

import org.jspecify.annotations.NullMarked;
