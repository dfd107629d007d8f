/** What of the ledger only its own package may ask. */
@org.jspecify.annotations.NullMarked
package dev.runway.control.ledger;
