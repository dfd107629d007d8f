/** The ledger of retrains: what is granted, queued, held for approval or refused, and its money. */
@NullMarked
package dev.runway.control.ledger;

import org.jspecify.annotations.NullMarked;
