/** Changes as they happen, for whoever listens. */
@NullMarked
package dev.runway.control.events;

import org.jspecify.annotations.NullMarked;
