package dev.runway.drift.performance;

import java.util.List;
import java.util.Set;

/**
 * Statistics of a model with several classes: a sparse confusion matrix of labels.
 *
 * <p>At most 256 different labels at a time. A further label is refused, not folded into an "other"
 * class: which labels come first depends on arrival, so folding would make the result depend on it
 * too. Whoever has more labels folds them by a fixed vocabulary before they come here; {@link
 * #accepts} tells beforehand.
 */
public final class MulticlassCounts extends TaskCounts implements OutcomeCounts {

  /** Most labels. */
  public static final int MAX_LABELS = 256;

  /** Longest label in characters. */
  public static final int MAX_LABEL_LENGTH = 256;

  final Confusion confusion = new Confusion();
  final Tally probabilityEvents = new Tally();
  final Moments logLoss = new Moments();

  private final List<Part<?>> parts = List.of(confusion, probabilityEvents, logLoss);

  /** Adds or retracts one prediction whose probabilities are not known. */
  public void add(String predicted, String actual, long weightUnits, int sign) {
    confusion.add(predicted, actual, Weight.signed(weightUnits, sign));
  }

  /**
   * Adds or retracts one prediction with its outcome.
   *
   * @param predicted the predicted label, 1 to 256 characters
   * @param actual the true label, same limits
   * @param probabilityOfActual what the model gave the true label, in [0, 1], for the log loss
   * @param weightUnits {@link Weight} of the event, {@link Weight#ONE} if unsampled
   * @param sign 1 adds, -1 retracts what the same arguments added
   * @throws IllegalArgumentException if an argument is out of range; nothing is changed then
   * @throws IllegalStateException if this would be the 257th label; nothing is changed then
   */
  public void add(
      String predicted, String actual, double probabilityOfActual, long weightUnits, int sign) {
    if (!(probabilityOfActual >= 0 && probabilityOfActual <= 1)) {
      throw new IllegalArgumentException(
          "probability " + probabilityOfActual + " of the label is not in [0, 1]");
    }
    long units = Weight.signed(weightUnits, sign);
    confusion.add(predicted, actual, units);
    double clipped =
        Math.min(Math.max(probabilityOfActual, BinaryCounts.CLIP), 1 - BinaryCounts.CLIP);
    probabilityEvents.add(units);
    logLoss.add(-StrictMath.log(clipped), units);
  }

  /** Whether {@link #add} would take this pair of labels. */
  public boolean accepts(String predicted, String actual) {
    return confusion.accepts(predicted, actual);
  }

  /** Labels with a non-empty cell. */
  public Set<String> labels() {
    return confusion.labels();
  }

  @Override
  public Task task() {
    return Task.MULTICLASS;
  }

  Tally events() {
    Tally events = new Tally();
    confusion.forEach((pair, cell) -> events.merge(cell, 1));
    return events;
  }

  @Override
  public long count() {
    return events().count();
  }

  @Override
  public double weight() {
    return events().weight();
  }

  @Override
  public List<Metric> metrics() {
    return new MulticlassMetrics(this).all();
  }

  @Override
  List<Part<?>> parts() {
    return parts;
  }
}
