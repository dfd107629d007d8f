package dev.runway.retraintrigger.decision;

import org.jspecify.annotations.Nullable;

/**
 * What the rest of the fleet has to do with a model at a tick.
 *
 * @param attributedTo the model upstream whose retrain or new version explains its drift
 * @param wave which wave of a cascade it is in; 0 in none
 * @param generation retrains upstream that led to this
 * @param storm what is said of many models that are stale at once; null without
 * @param sourceFault what looks wrong with a source that many models have in common
 * @param sourceDown what the model is fed with does not arrive
 * @param killSwitch commands of the whole fleet, or of the model's team, are switched off
 */
public record Surroundings(
    @Nullable String attributedTo,
    int wave,
    int generation,
    @Nullable String storm,
    @Nullable String sourceFault,
    boolean sourceDown,
    boolean killSwitch) {

  /** Of a model that nothing else has to do with. */
  public static final Surroundings QUIET = new Surroundings(null, 0, 0, null, null, false, false);

  /** The same of a model whose commands are switched off. */
  public Surroundings switchedOff() {
    return new Surroundings(attributedTo, wave, generation, storm, sourceFault, sourceDown, true);
  }
}
