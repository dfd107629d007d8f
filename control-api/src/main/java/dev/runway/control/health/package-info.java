/** Whether the parts it needs answer. */
@NullMarked
package dev.runway.control.health;

import org.jspecify.annotations.NullMarked;
