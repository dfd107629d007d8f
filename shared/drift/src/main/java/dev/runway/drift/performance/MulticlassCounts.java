package dev.runway.drift.performance;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Statistics of a model with several classes: a sparse confusion matrix of labels.
 *
 * <p>At most 256 different labels at a time. A further label is refused, not folded into an "other"
 * class: which labels come first depends on arrival, so folding would make the result depend on it
 * too. Whoever has more labels folds them by a fixed vocabulary before they come here; {@link
 * #accepts} tells beforehand.
 */
public final class MulticlassCounts implements OutcomeCounts {

  /** Most labels. */
  public static final int MAX_LABELS = 256;

  /** Longest label in characters. */
  public static final int MAX_LABEL_LENGTH = 256;

  /** Actual label, then predicted label; cells that come back to zero are removed. */
  final Map<String, Map<String, Tally>> cells = new HashMap<>();

  /** In how many non-empty cells a label takes part. */
  private final Map<String, Integer> labels = new HashMap<>();

  final Tally probabilityEvents;
  final Moments logLoss;

  public MulticlassCounts() {
    this(new Tally(), new Moments());
  }

  private MulticlassCounts(Tally probabilityEvents, Moments logLoss) {
    this.probabilityEvents = probabilityEvents;
    this.logLoss = logLoss;
  }

  /** Adds or retracts one prediction whose probabilities are not known. */
  public void add(String predicted, String actual, long weightUnits, int sign) {
    count(predicted, actual, Weight.signed(weightUnits, sign));
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
    count(predicted, actual, units);
    double clipped =
        Math.min(Math.max(probabilityOfActual, BinaryCounts.CLIP), 1 - BinaryCounts.CLIP);
    probabilityEvents.add(units);
    logLoss.add(-StrictMath.log(clipped), units);
  }

  /** Whether {@link #add} would take this pair of labels. */
  public boolean accepts(String predicted, String actual) {
    return valid(predicted) && valid(actual) && fits(predicted, actual);
  }

  private boolean fits(String predicted, String actual) {
    int more = labels.containsKey(predicted) ? 0 : 1;
    more += labels.containsKey(actual) || actual.equals(predicted) ? 0 : 1;
    return labels.size() + more <= MAX_LABELS;
  }

  private static boolean valid(String label) {
    return !label.isEmpty() && label.length() <= MAX_LABEL_LENGTH;
  }

  private void count(String predicted, String actual, long units) {
    Tally cell = cell(predicted, actual);
    cell.add(units);
    dropIfEmpty(predicted, actual, cell);
  }

  private Tally cell(String predicted, String actual) {
    Map<String, Tally> row = cells.get(actual);
    Tally cell = row == null ? null : row.get(predicted);
    return cell == null ? newCell(predicted, actual) : cell;
  }

  private Tally newCell(String predicted, String actual) {
    if (!valid(predicted) || !valid(actual)) {
      throw new IllegalArgumentException("a label must have 1 to 256 characters");
    }
    if (!fits(predicted, actual)) {
      throw new IllegalStateException(
          "more than 256 labels: fold rare ones into one before they are counted");
    }
    Tally cell = new Tally();
    cells.computeIfAbsent(actual, label -> new HashMap<>()).put(predicted, cell);
    labels.merge(predicted, 1, Integer::sum);
    labels.merge(actual, 1, Integer::sum);
    return cell;
  }

  private void dropIfEmpty(String predicted, String actual, Tally cell) {
    if (!cell.isEmpty()) {
      return;
    }
    Map<String, Tally> row = cells.get(actual);
    if (row != null) {
      row.remove(predicted);
      if (row.isEmpty()) {
        cells.remove(actual);
      }
    }
    release(predicted);
    release(actual);
  }

  private void release(String label) {
    labels.computeIfPresent(label, (key, uses) -> uses == 1 ? null : uses - 1);
  }

  /** Labels with a non-empty cell. */
  public Set<String> labels() {
    return new TreeSet<>(labels.keySet());
  }

  @Override
  public Task task() {
    return Task.MULTICLASS;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException if both together have more than 256 labels; nothing is changed
   */
  @Override
  public void add(OutcomeCounts other) {
    merge(other, 1);
  }

  @Override
  public void subtract(OutcomeCounts other) {
    merge(other, -1);
  }

  private void merge(OutcomeCounts other, int sign) {
    if (!(other instanceof MulticlassCounts that)) {
      throw new IllegalArgumentException("cannot merge " + other.task() + " into " + task());
    }
    Set<String> together = labels();
    together.addAll(that.labels.keySet());
    if (together.size() > MAX_LABELS) {
      throw new IllegalStateException("more than 256 labels together: " + together.size());
    }
    // A copy of the cells, because a group may be subtracted from itself.
    new TreeMap<>(that.cells)
        .forEach(
            (actual, row) ->
                new TreeMap<>(row)
                    .forEach((predicted, cell) -> mergeCell(predicted, actual, cell, sign)));
    probabilityEvents.merge(that.probabilityEvents, sign);
    logLoss.merge(that.logLoss, sign);
  }

  private void mergeCell(String predicted, String actual, Tally other, int sign) {
    Tally cell = cell(predicted, actual);
    cell.merge(other, sign);
    dropIfEmpty(predicted, actual, cell);
  }

  @Override
  public boolean isEmpty() {
    return cells.isEmpty() && probabilityEvents.isEmpty() && logLoss.isEmpty();
  }

  Tally events() {
    Tally events = new Tally();
    cells.values().forEach(row -> row.values().forEach(cell -> events.merge(cell, 1)));
    return events;
  }

  @Override
  public long count() {
    return events().count();
  }

  @Override
  public long weightUnits() {
    return events().units();
  }

  @Override
  public List<Metric> metrics() {
    return new MulticlassMetrics(this).all();
  }

  @Override
  public void writeContent(DataOutput out) throws IOException {
    Varints.writeUnsigned(out, cells.values().stream().mapToInt(Map::size).sum());
    for (Map.Entry<String, Map<String, Tally>> row : new TreeMap<>(cells).entrySet()) {
      for (Map.Entry<String, Tally> cell : new TreeMap<>(row.getValue()).entrySet()) {
        out.writeUTF(row.getKey());
        out.writeUTF(cell.getKey());
        cell.getValue().write(out);
      }
    }
    probabilityEvents.write(out);
    logLoss.write(out);
  }

  static MulticlassCounts readContent(DataInput in) throws IOException {
    int size = Varints.readIndex(in, MAX_LABELS * MAX_LABELS, "confusion cells");
    MulticlassCounts counts = new MulticlassCounts();
    for (int i = 0; i < size; i++) {
      counts.readCell(in);
    }
    counts.probabilityEvents.merge(Tally.read(in), 1);
    counts.logLoss.merge(Moments.read(in), 1);
    return counts;
  }

  private void readCell(DataInput in) throws IOException {
    String actual = in.readUTF();
    String predicted = in.readUTF();
    if (!accepts(predicted, actual)) {
      throw new IOException("confusion cell with a label that is too long, empty, or one too many");
    }
    mergeCell(predicted, actual, Tally.read(in), 1);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MulticlassCounts that
        && cells.equals(that.cells)
        && probabilityEvents.equals(that.probabilityEvents)
        && logLoss.equals(that.logLoss);
  }

  @Override
  public int hashCode() {
    return 31 * cells.hashCode() + probabilityEvents.hashCode();
  }
}
