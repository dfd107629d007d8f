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
 * @param sourceDown what the model is fed with does not arrive: where the model is silent, that is
 *     why
 * @param killSwitch commands of the whole fleet, or of the model's team, are switched off
 * @param heardMillis the newest tick of which the fleet had heard the model's state before the tick
 *     behind this one's, while it is in an episode; 0 outside of one
 * @param downSource what is said of the source that is down; null where none is
 */
public record Surroundings(
    @Nullable String attributedTo,
    int wave,
    int generation,
    @Nullable String storm,
    @Nullable String sourceFault,
    boolean sourceDown,
    boolean killSwitch,
    long heardMillis,
    @Nullable String downSource) {

  /** Where no fleet listens nothing waits for it. */
  private static final long NOBODY_LISTENS = Long.MAX_VALUE;

  /** Of a model that nothing else has to do with. */
  public static final Surroundings QUIET = new Surroundings(null, 0, 0, null, null, false, false);

  /** Where no source is said to be down. */
  public Surroundings(
      @Nullable String attributedTo,
      int wave,
      int generation,
      @Nullable String storm,
      @Nullable String sourceFault,
      boolean sourceDown,
      boolean killSwitch,
      long heardMillis) {
    this(
        attributedTo,
        wave,
        generation,
        storm,
        sourceFault,
        sourceDown,
        killSwitch,
        heardMillis,
        null);
  }

  /** Where no fleet listens to what the model says. */
  public Surroundings(
      @Nullable String attributedTo,
      int wave,
      int generation,
      @Nullable String storm,
      @Nullable String sourceFault,
      boolean sourceDown,
      boolean killSwitch) {
    this(
        attributedTo, wave, generation, storm, sourceFault, sourceDown, killSwitch, NOBODY_LISTENS);
  }

  /** The same of a model whose commands are switched off. */
  public Surroundings switchedOff() {
    return with(true, heardMillis);
  }

  /** The same where no fleet listens, as when history is judged by other policies. */
  public Surroundings unheard() {
    return with(killSwitch, NOBODY_LISTENS);
  }

  private Surroundings with(boolean off, long heard) {
    return new Surroundings(
        attributedTo, wave, generation, storm, sourceFault, sourceDown, off, heard, downSource);
  }
}
