package dev.runway.model;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What somebody decided to do about a model: a job by a policy, or a person. The ledger grants it
 * or not.
 *
 * @param cause what it is about; its id follows from this alone
 * @param mode what the policy lets happen without a person
 * @param wave which wave of a cascade it belongs to; 0 when it is in none
 * @param generation how many retrains upstream led to it; 0 when none did
 * @param decisionId the decision record; null when a person asked
 * @param policy the policy that decided; null when a person asked
 * @param policyVersion its version; 0 without a policy
 * @param evidence one JSON object as UTF-8 bytes, as it stands in the event; at most {@link
 *     Limits#MAX_EVIDENCE_BYTES}
 * @param estimatedCost what it is thought to cost, in US dollars
 * @param issuedAtMillis when it was decided, epoch milliseconds
 * @param deadlineAtMillis after this it is of no use; {@link #NEVER} when it always is
 */
public record RetrainCommand(
    Cause cause,
    Urgency urgency,
    Mode mode,
    int wave,
    int generation,
    @Nullable String decisionId,
    @Nullable String policy,
    int policyVersion,
    byte[] evidence,
    double estimatedCost,
    long issuedAtMillis,
    long deadlineAtMillis) {

  /** There is no deadline. */
  public static final long NEVER = Long.MAX_VALUE;

  /** Id of the command: the same cause gives the same id. */
  public UUID commandId() {
    return cause.id();
  }

  /** SHA-256 of the evidence as it stands: 64 lower-case hexadecimal digits. */
  public String evidenceHash() {
    return hash(evidence);
  }

  /** SHA-256 of evidence: 64 lower-case hexadecimal digits. */
  public static String hash(byte[] evidence) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(evidence));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /**
   * Why there is a command. Two with the same cause are the same command.
   *
   * @param modelVersion version that was found stale, or worse than the one before it
   * @param episode (model, version, time of entering STALE) as the job names it
   * @param attempt 1, and one more whenever an attempt of the same episode has failed or timed out,
   *     or was refused as {@code kill_switch}, {@code cool_down} or {@code joined} and is still
   *     wanted: the same attempt again is the same command, which stays refused
   * @param target version to go back to, or id of the command to cancel; null for a retrain
   */
  public record Cause(
      String modelId,
      String modelVersion,
      Action action,
      ReasonClass reasonClass,
      String episode,
      int attempt,
      @Nullable String target) {

    /** Id of its command. */
    public UUID id() {
      String times = Integer.toString(attempt);
      return target == null
          ? CauseId.of(modelId, modelVersion, reasonClass.name(), episode, times)
          : CauseId.of(
              modelId, modelVersion, reasonClass.name(), episode, times, action.name(), target);
    }
  }

  /**
   * What it is ordered by when not all can be granted.
   *
   * @param tier 1 (revenue-critical) to 4 (experimental)
   * @param severity 0 to 1
   * @param severityClass a rise of it breaks a cool-down, and asks for another approval
   * @param priority 0 to 9: each counts as a tenth of severity
   */
  public record Urgency(int tier, double severity, SeverityClass severityClass, int priority) {}

  /** What is to be done. */
  public enum Action {
    /** Train a new version. */
    RETRAIN,
    /** Go back to the target version. */
    ROLLBACK,
    /** Cancel the target command. */
    CANCEL
  }

  /** What kind of signal caused it. */
  public enum ReasonClass {
    DRIFT,
    CONCEPT,
    PERFORMANCE,
    AGE,
    UPSTREAM,
    /** A person asked. */
    MANUAL
  }

  /** How bad it is, in rising order. */
  public enum SeverityClass {
    LOW,
    MEDIUM,
    HIGH,
    CRITICAL
  }

  /** What happens without a person. */
  public enum Mode {
    /** Nothing: it is advice. */
    ADVISE,
    /** A person approves first. */
    APPROVE,
    AUTO
  }
}
