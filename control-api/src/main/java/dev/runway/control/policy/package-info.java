/** Policies, and the conditions in them. */
@NullMarked
package dev.runway.control.policy;

import org.jspecify.annotations.NullMarked;
