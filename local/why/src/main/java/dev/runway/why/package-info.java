/** The verb {@code why}: a decision as a person reads it, made again from what it was made from. */
@NullMarked
package dev.runway.why;

import org.jspecify.annotations.NullMarked;
