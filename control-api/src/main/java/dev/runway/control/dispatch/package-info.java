/** Takes granted commands to the scheduler, and what becomes of them back to the ledger. */
@NullMarked
package dev.runway.control.dispatch;

import org.jspecify.annotations.NullMarked;
