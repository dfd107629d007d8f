package dev.runway.sql.function;

import dev.runway.drift.distribution.BinnedShares;

/** {@code psi(...)}: population stability index, the sum of both Kullback-Leibler divergences. */
public final class Psi extends Distance {

  public Psi() {
    super("psi", "psi");
  }

  @Override
  double ofShares(BinnedShares shares) {
    return shares.psi();
  }
}
