/** API tokens of machines, made and taken back; and who asks. */
@NullMarked
package dev.runway.control.tokens;

import org.jspecify.annotations.NullMarked;
