/** The command of this benchmark. */
@NullMarked
package dev.runway.bench;

import org.jspecify.annotations.NullMarked;
