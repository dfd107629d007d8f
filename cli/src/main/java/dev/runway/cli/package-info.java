/** Verbs over the control API: a table of them, and what all of them do alike. */
@NullMarked
package dev.runway.cli;

import org.jspecify.annotations.NullMarked;
