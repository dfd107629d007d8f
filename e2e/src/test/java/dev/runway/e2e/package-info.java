/** Tests against the real local stack: the command, its processes, its jobs. */
@NullMarked
package dev.runway.e2e;

import org.jspecify.annotations.NullMarked;
