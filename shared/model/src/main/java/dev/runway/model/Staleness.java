package dev.runway.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How stale a model version is, and why. Of one version the highest revision counts; each of them
 * is a row of its history.
 *
 * @param previous the state before this one, which may be the same
 * @param sinceMillis when the state was entered, epoch milliseconds
 * @param episode names the time since it was found stale: model, version and when; null outside of
 *     one
 * @param score 0 to 1; null while no signal is there
 * @param coverage weight of the signals that are there, 0 to 1
 * @param parts the signals that are there
 * @param missing the signals that are not, and would count
 * @param features those at fault, the worst first; at most {@link Limits#MAX_FAULTY_FEATURES}
 * @param suspension null unless {@link ModelState#SUSPENDED}
 * @param policy the policy it was judged by; null when only its tier says how
 * @param policyVersion its version; 0 without a policy
 * @param windowEndMillis end of the newest window that was judged, epoch milliseconds
 * @param revision rises with every change of the version
 * @param atMillis when it was judged, epoch milliseconds
 * @param secondary another version of the model has more traffic: its state is the model's
 * @param predictedUntilMillis end of the newest window up to that one in which it predicted; 0
 *     before the first, or where an older release did not say
 */
public record Staleness(
    String modelId,
    String modelVersion,
    ModelState state,
    ModelState previous,
    long sinceMillis,
    @Nullable String episode,
    @Nullable Double score,
    double coverage,
    List<SignalPart> parts,
    List<SignalPart.Signal> missing,
    List<String> features,
    @Nullable Suspension suspension,
    @Nullable String policy,
    int policyVersion,
    long windowEndMillis,
    long revision,
    int tier,
    @Nullable String team,
    long atMillis,
    boolean secondary,
    long predictedUntilMillis) {

  /** Of which nobody has said until when it predicted. */
  public Staleness(
      String modelId,
      String modelVersion,
      ModelState state,
      ModelState previous,
      long sinceMillis,
      @Nullable String episode,
      @Nullable Double score,
      double coverage,
      List<SignalPart> parts,
      List<SignalPart.Signal> missing,
      List<String> features,
      @Nullable Suspension suspension,
      @Nullable String policy,
      int policyVersion,
      long windowEndMillis,
      long revision,
      int tier,
      @Nullable String team,
      long atMillis,
      boolean secondary) {
    this(
        modelId,
        modelVersion,
        state,
        previous,
        sinceMillis,
        episode,
        score,
        coverage,
        parts,
        missing,
        features,
        suspension,
        policy,
        policyVersion,
        windowEndMillis,
        revision,
        tier,
        team,
        atMillis,
        secondary,
        0);
  }
}
