/** The audit log: who did what, in a chain of hashes. */
@NullMarked
package dev.runway.control.audit;

import org.jspecify.annotations.NullMarked;
