/** Operating system processes: identity that survives pid reuse, pid files, memory. */
@NullMarked
package dev.runway.stack.process;

import org.jspecify.annotations.NullMarked;
