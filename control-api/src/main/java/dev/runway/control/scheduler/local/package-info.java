/** Training as a process of this machine, which outlives the API. */
@NullMarked
package dev.runway.control.scheduler.local;

import org.jspecify.annotations.NullMarked;
