/** Sends events in order, at a pace, with heartbeats between them. */
@NullMarked
package dev.runway.demo.play;

import org.jspecify.annotations.NullMarked;
