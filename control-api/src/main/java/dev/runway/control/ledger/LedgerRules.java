package dev.runway.control.ledger;

import java.math.BigDecimal;
import java.time.Duration;

/**
 * What holds where nobody has said otherwise.
 *
 * @param cooldown after a grant, unless the policy says another one
 * @param ageing how long a command waits until it counts as one tier higher
 * @param monthlyBudget of the very first month, in US dollars
 * @param tier1Reserve part of it that only tier 1 may use, in US dollars
 * @param escalateAfter how long tier 1 waits for a person until somebody else is told; again after
 *     three fifths of that
 * @param approvalWait how long the other tiers wait for a person, and then are refused
 * @param fourEyes whether tier 1 takes two persons: of a person's own command the one who asked is
 *     the first
 */
public record LedgerRules(
    Duration cooldown,
    Duration ageing,
    BigDecimal monthlyBudget,
    BigDecimal tier1Reserve,
    Duration escalateAfter,
    Duration approvalWait,
    boolean fourEyes) {

  /** The defaults. */
  public static LedgerRules usual() {
    return new LedgerRules(
        Duration.ofHours(24),
        Duration.ofHours(24),
        new BigDecimal("50000.00"),
        new BigDecimal("10000.00"),
        Duration.ofHours(2),
        Duration.ofHours(24),
        false);
  }
}
