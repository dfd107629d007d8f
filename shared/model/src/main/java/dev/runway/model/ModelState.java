package dev.runway.model;

/**
 * How a model version is, as retrain-trigger sees it. The names are part of the contract: never
 * renamed.
 */
public enum ModelState {
  /** There is nothing yet that it could be compared with. */
  WARMING,
  HEALTHY,
  AT_RISK,
  STALE,
  /** A command of its episode has been granted and has not ended. */
  RETRAINING,
  /** Its inputs cannot be trusted; {@link Suspension} says why. */
  SUSPENDED,
  /** It has not predicted for a while. */
  NO_DATA,
  /** To go, and still in use: nothing is done about it. */
  DEPRECATED,
  RETIRED;

  /** Whether a retrain may be asked for. */
  public boolean mayTrigger() {
    return switch (this) {
      case STALE -> true;
      case WARMING, HEALTHY, AT_RISK, RETRAINING, SUSPENDED, NO_DATA, DEPRECATED, RETIRED -> false;
    };
  }
}
