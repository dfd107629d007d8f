/** Settings: one file and the environment. */
@NullMarked
package dev.runway.control.options;

import org.jspecify.annotations.NullMarked;
