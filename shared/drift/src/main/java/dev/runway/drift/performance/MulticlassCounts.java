package dev.runway.drift.performance;

import java.io.DataInput;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * Statistics of a model with several classes: tallies per label. However many labels come, they are
 * counted; a model's document limits them, and a window sees those of two documents at most now and
 * then.
 */
public final class MulticlassCounts extends TaskCounts implements OutcomeCounts {

  /** Longest label in characters. */
  public static final int MAX_LABEL_LENGTH = 256;

  final LabelTallies labels = new LabelTallies();
  final Tally probabilityEvents = new Tally();
  final Moments logLoss = new Moments();

  private final List<Part<?>> parts = List.of(labels, probabilityEvents, logLoss);

  /** Adds or retracts one prediction whose probabilities are not known. */
  public void add(String predicted, String actual, long weightUnits, int sign) {
    labels.add(predicted, actual, Weight.signed(weightUnits, sign));
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
   */
  public void add(
      String predicted, String actual, double probabilityOfActual, long weightUnits, int sign) {
    if (!(probabilityOfActual >= 0 && probabilityOfActual <= 1)) {
      throw new IllegalArgumentException(
          "probability " + probabilityOfActual + " of the label is not in [0, 1]");
    }
    long units = Weight.signed(weightUnits, sign);
    labels.add(predicted, actual, units);
    double clipped =
        Math.min(Math.max(probabilityOfActual, BinaryCounts.CLIP), 1 - BinaryCounts.CLIP);
    probabilityEvents.add(units);
    logLoss.add(-StrictMath.log(clipped), units);
  }

  /** Labels that were predicted or occurred. */
  public Set<String> labels() {
    return labels.sorted().keySet();
  }

  @Override
  public Task task() {
    return Task.MULTICLASS;
  }

  Tally events() {
    Tally events = new Tally();
    labels.sorted().values().forEach(label -> events.merge(label.actual, 1));
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

  /** Version 1 stored the confusion matrix instead of the tallies. */
  @Override
  public void readContent(int version, DataInput in) throws IOException {
    if (version > 1) {
      readParts(in);
      return;
    }
    labels.readMatrix(in);
    probabilityEvents.readFrom(in);
    logLoss.readFrom(in);
  }

  @Override
  List<Part<?>> parts() {
    return parts;
  }
}
