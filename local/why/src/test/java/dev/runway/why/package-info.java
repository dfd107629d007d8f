@NullMarked
package dev.runway.why;

import org.jspecify.annotations.NullMarked;
