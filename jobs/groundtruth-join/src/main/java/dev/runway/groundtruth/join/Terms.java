package dev.runway.groundtruth.join;

import dev.runway.model.LabelPolicy;
import dev.runway.model.ModelDocument;
import dev.runway.model.Reduction;
import dev.runway.model.Task;
import java.time.Duration;

/**
 * What of a model's document judges one prediction. Fixed when the prediction is read, and kept
 * with it, so that a later change of the document does not judge open predictions anew.
 *
 * @param horizonMillis how long after the prediction an observation still counts
 * @param negativeAfterMillis after how long silence is a provisional negative; {@link #NEVER}
 *     unless the policy is IMPLICIT_NEGATIVE
 * @param windowMillis length of a metric's window
 * @param positiveFrom grades at or above are positive; only for GRADED
 */
public record Terms(
    Task task,
    LabelPolicy policy,
    Reduction reduction,
    long horizonMillis,
    long negativeAfterMillis,
    long windowMillis,
    double positiveFrom) {

  public static final long NEVER = -1;

  /**
   * Whether an outcome says something under these terms. An outcome is read by the document in
   * force when it comes, which may be of another task than the one its prediction was read by.
   */
  boolean fit(AdmittedOutcome outcome) {
    if (!outcome.observes()) {
      return true;
    }
    return switch (task) {
      case MULTICLASS -> outcome.label() != null;
      case BINARY, REGRESSION -> !Double.isNaN(outcome.actual());
      case RANKING -> outcome.item() != null && outcome.actual() >= 0;
    };
  }

  /** The terms of a document. */
  public static Terms of(ModelDocument model) {
    Duration negativeAfter = model.negativeAfter();
    return new Terms(
        model.task(),
        model.labelPolicy(),
        model.reduction(),
        model.horizon().toMillis(),
        negativeAfter == null ? NEVER : negativeAfter.toMillis(),
        model.window().toMillis(),
        model.labelPolicy() == LabelPolicy.GRADED ? model.positiveFrom() : 0);
  }
}
