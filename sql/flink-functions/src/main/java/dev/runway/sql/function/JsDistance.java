package dev.runway.sql.function;

import dev.runway.drift.distribution.BinnedShares;

/**
 * {@code js_distance(...)}: root of the Jensen-Shannon divergence, which is the monitor's {@code
 * js}; at most sqrt(ln 2).
 */
public final class JsDistance extends Distance {

  public JsDistance() {
    super("js_distance", "js");
  }

  @Override
  double ofReading(double divergence) {
    return Math.sqrt(divergence);
  }

  @Override
  double ofShares(BinnedShares shares) {
    return Math.sqrt(shares.jensenShannon());
  }
}
