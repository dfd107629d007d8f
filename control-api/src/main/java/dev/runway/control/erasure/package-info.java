/** Deletion of subjects from the tables. */
@NullMarked
package dev.runway.control.erasure;

import org.jspecify.annotations.NullMarked;
