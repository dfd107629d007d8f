/** The job together with the ledger's rules. */
@org.jspecify.annotations.NullMarked
package dev.runway.retraintrigger.ledger;
