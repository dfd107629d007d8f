/** Requests to what is not ours: bounded, guarded, and signed where they must be. */
@NullMarked
package dev.runway.control.calls;

import org.jspecify.annotations.NullMarked;
