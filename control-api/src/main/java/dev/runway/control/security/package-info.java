/** Who asks, and what they may do. */
@NullMarked
package dev.runway.control.security;

import org.jspecify.annotations.NullMarked;
