/** From what is known to a state, a decision and a command. */
@NullMarked
package dev.runway.retraintrigger.decision;

import org.jspecify.annotations.NullMarked;
