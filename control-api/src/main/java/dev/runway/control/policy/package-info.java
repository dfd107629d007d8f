/** Policies: their versions, and who may write them. */
@NullMarked
package dev.runway.control.policy;

import org.jspecify.annotations.NullMarked;
