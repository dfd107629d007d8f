/** Files that people bring, as a tape: indexed, not held in memory. */
@NullMarked
package dev.runway.demo.replay;

import org.jspecify.annotations.NullMarked;
