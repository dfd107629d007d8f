/** Deletion of a subject from everything that the stack keeps. */
@NullMarked
package dev.runway.stack.erasure;

import org.jspecify.annotations.NullMarked;
