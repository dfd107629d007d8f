/** A fleet over months: models, persons, a scheduler; the job's core and the real ledger. */
@org.jspecify.annotations.NullMarked
package dev.runway.bench.fleet;
