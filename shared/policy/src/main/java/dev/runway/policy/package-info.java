/** Policies as they are written, and the conditions in them. */
@NullMarked
package dev.runway.policy;

import org.jspecify.annotations.NullMarked;
