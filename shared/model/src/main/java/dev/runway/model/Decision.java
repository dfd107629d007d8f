package dev.runway.model;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What was decided about a model version at the end of one window, and what it was decided from.
 * Judged again, {@code inputs} give the same decision to the last bit.
 *
 * @param verdict what is to be done
 * @param mode what the policy lets happen without a person
 * @param hold why a wanted command was not sent; null when it was, or when none is wanted
 * @param attributedTo the model upstream whose change explains it; null when there is none
 * @param stateAfter the state from then on
 * @param episode names the time since it was found stale; null outside of one
 * @param score 0 to 1; null while no signal is there
 * @param severityClass null while no signal is there
 * @param coverage weight of the signals that are there, 0 to 1
 * @param parts the signals that are there
 * @param missing the signals that are not, and would count
 * @param features those at fault, the worst first; at most {@link Limits#MAX_FAULTY_FEATURES}
 * @param profileId the profile of the baseline that drift was measured against; null without drift
 * @param policy the policy that decided; null when only the tier did
 * @param policyVersion its version; 0 without a policy
 * @param inputs one JSON object as UTF-8 bytes: state before, readings, policy and tick; at most
 *     {@link Limits#MAX_INPUTS_BYTES}
 * @param explanation the same in words
 * @param evidenceHash SHA-256 of the evidence that a command of this decision has or would have
 * @param commandId the command that was sent; null when none was
 * @param windowEndMillis end of the window that was judged, epoch milliseconds
 * @param atMillis the tick at which it was decided, epoch milliseconds
 */
public record Decision(
    String modelId,
    String modelVersion,
    Verdict verdict,
    RetrainCommand.Mode mode,
    @Nullable Hold hold,
    @Nullable String attributedTo,
    ModelState stateBefore,
    ModelState stateAfter,
    @Nullable String episode,
    @Nullable Double score,
    RetrainCommand.@Nullable SeverityClass severityClass,
    double coverage,
    List<SignalPart> parts,
    List<SignalPart.Signal> missing,
    List<String> features,
    @Nullable String profileId,
    @Nullable String policy,
    int policyVersion,
    byte[] inputs,
    String explanation,
    String evidenceHash,
    @Nullable String commandId,
    long windowEndMillis,
    int tier,
    @Nullable String team,
    long atMillis) {

  /** Id of the decision: the same inputs for the same window give the same. */
  public UUID id() {
    return CauseId.of(
        "decision",
        modelId,
        modelVersion,
        Long.toString(windowEndMillis),
        RetrainCommand.hash(inputs));
  }

  /** What is to be done. The names are part of the contract: never renamed. */
  public enum Verdict {
    /** Nothing. */
    NONE,
    /** Train a new version. */
    RETRAIN,
    /** It looks like a fault of the data: training on it would make things worse. */
    INVESTIGATE_DATA,
    /** Labels are due that say whether the drift matters. */
    WAIT_LABELS,
    /** Go back to the version before. */
    ROLLBACK;

    /** Whether a command carries it out. */
    public boolean commands() {
      return switch (this) {
        case RETRAIN, ROLLBACK -> true;
        case NONE, INVESTIGATE_DATA, WAIT_LABELS -> false;
      };
    }
  }

  /**
   * Why a command that is wanted was not sent. The names are part of the contract: never renamed.
   */
  public enum Hold {
    /** Too few of the signals are there. */
    COVERAGE,
    /** The policy's {@code when} does not hold, or its {@code unless} does. */
    CONDITION,
    /** The baseline was made from live traffic, and nothing else speaks. */
    PROVISIONAL,
    /** A command of this episode is on its way or runs. */
    OUTSTANDING,
    /** A command of the model was sent a short time ago. */
    COOL_DOWN,
    /** As many as the policy allows were sent today. */
    DAILY_LIMIT,
    /** Attempts of this episode have failed as often as may be. */
    ATTEMPTS,
    /** A model upstream is being retrained, or its new version settles. */
    ATTRIBUTED,
    /** Retrains upstream have led to retrains as often as may be. */
    GENERATION,
    /** Many models are stale at once. */
    STORM,
    /** Somebody has switched commands of the model, or of all, off. */
    KILL_SWITCH
  }
}
