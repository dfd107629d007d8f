/** The contract as a page for people. */
@NullMarked
package dev.runway.control.docs;

import org.jspecify.annotations.NullMarked;
