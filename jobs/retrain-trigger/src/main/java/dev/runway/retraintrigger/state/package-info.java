/** All that is known about one model, as a plain value. */
@NullMarked
package dev.runway.retraintrigger.state;

import org.jspecify.annotations.NullMarked;
