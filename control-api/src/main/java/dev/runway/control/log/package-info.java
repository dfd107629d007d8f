/** One JSON object a line. */
@NullMarked
package dev.runway.control.log;

import org.jspecify.annotations.NullMarked;
