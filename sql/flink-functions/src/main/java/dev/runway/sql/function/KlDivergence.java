package dev.runway.sql.function;

import dev.runway.drift.distribution.BinnedShares;

/** {@code kl_divergence(...)}: Kullback-Leibler, of the current from the reference, in nats. */
public final class KlDivergence extends Distance {

  public KlDivergence() {
    super("kl_divergence", "kl");
  }

  @Override
  double ofShares(BinnedShares shares) {
    return shares.klCurrentReference();
  }
}
