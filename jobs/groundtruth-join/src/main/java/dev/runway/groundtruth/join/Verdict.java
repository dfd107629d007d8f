package dev.runway.groundtruth.join;

import dev.runway.model.LabelStatus;
import dev.runway.model.Maturity;
import org.jspecify.annotations.Nullable;

/**
 * What the facts known so far say about one prediction. A pure function of those facts.
 *
 * @param revision rises with every fact, see {@link OpenPrediction}
 * @param actual 1 or 0 for a binary model, the target of a regression, the sum of relevances of a
 *     ranking; NaN while unlabelled and for multi-class models
 * @param actualLabel the class of a multi-class model; null otherwise
 * @param relevances relevance at each ranked position; null unless the model ranks
 * @param delayMillis from prediction to the observation that decides; -1 when none does
 * @param outcomes outcomes that count
 */
public record Verdict(
    long revision,
    Maturity maturity,
    LabelStatus status,
    double actual,
    @Nullable String actualLabel,
    double @Nullable [] relevances,
    long delayMillis,
    int outcomes) {

  /** Whether the prediction has a label, observed or by policy. */
  public boolean joined() {
    return status != LabelStatus.UNLABELLED;
  }

  public boolean isFinal() {
    return maturity == Maturity.FINAL;
  }
}
