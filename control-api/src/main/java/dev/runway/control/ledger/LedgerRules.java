package dev.runway.control.ledger;

import dev.runway.control.options.ControlOptions;
import java.math.BigDecimal;
import java.math.RoundingMode;
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
 * @param leastCost what a training that somebody asks for reserves at least, in US dollars
 */
public record LedgerRules(
    Duration cooldown,
    Duration ageing,
    BigDecimal monthlyBudget,
    BigDecimal tier1Reserve,
    Duration escalateAfter,
    Duration approvalWait,
    boolean fourEyes,
    BigDecimal leastCost) {

  /** How long a command of a tier waits for a person, or for the next escalation. */
  Duration patience(int tier) {
    return tier == 1 ? escalateAfter : approvalWait;
  }

  /** The rules of the settings. */
  public static LedgerRules of(ControlOptions.Retrains options) {
    BigDecimal budget = BigDecimal.valueOf(options.monthlyBudget()).setScale(2);
    return new LedgerRules(
        options.cooldown(),
        options.ageing(),
        budget,
        budget.multiply(BigDecimal.valueOf(options.tier1Percent(), 2)).setScale(2, RoundingMode.UP),
        options.escalateAfter(),
        options.approvalWait(),
        options.fourEyes(),
        BigDecimal.valueOf(options.leastCost()));
  }
}
