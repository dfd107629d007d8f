/** Where events are played: a namespace of their own in a running stack, watched to its end. */
@NullMarked
package dev.runway.demo.stage;

import org.jspecify.annotations.NullMarked;
