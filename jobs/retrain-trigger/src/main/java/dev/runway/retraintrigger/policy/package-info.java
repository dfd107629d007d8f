/** The policies in force. */
@NullMarked
package dev.runway.retraintrigger.policy;

import org.jspecify.annotations.NullMarked;
