package dev.runway.retraintrigger.cascade;

import java.time.Duration;

/**
 * When models are judged together.
 *
 * @param settleMillis how long a new version of a model settles at least, for those that use it;
 *     the time their labels take, where that is longer
 * @param stormMillis models that become stale within this time are counted together
 * @param stormShare share of the fleet beyond which that is a storm
 * @param stormModels so many models at least are a storm
 * @param sourceModels so many models of one source at least, and half of all of its, are a fault of
 *     the source
 */
public record FleetRules(
    long settleMillis, long stormMillis, double stormShare, int stormModels, int sourceModels) {

  /** Those of the documentation. */
  public static FleetRules standard() {
    long hour = Duration.ofHours(1).toMillis();
    return new FleetRules(hour, hour, 0.10, 5, 3);
  }
}
