package dev.runway.drift.performance;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Sparse confusion matrix of labels; cells that come back to zero are removed. */
final class Confusion implements Part<Confusion> {

  /** A predicted and an actual label. */
  record Pair(String predicted, String actual) implements Comparable<Pair> {
    @Override
    public int compareTo(Pair other) {
      int byActual = actual.compareTo(other.actual);
      return byActual != 0 ? byActual : predicted.compareTo(other.predicted);
    }
  }

  /** Actual label, then predicted label: two look-ups without a key object per event. */
  private final Map<String, Map<String, Tally>> rows = new HashMap<>();

  /** In how many cells a label takes part. */
  private final Map<String, Integer> labels = new HashMap<>();

  boolean accepts(String predicted, String actual) {
    return valid(predicted) && valid(actual) && fits(predicted, actual);
  }

  private static boolean valid(String label) {
    return !label.isEmpty() && label.length() <= MulticlassCounts.MAX_LABEL_LENGTH;
  }

  private boolean fits(String predicted, String actual) {
    int more = labels.containsKey(predicted) ? 0 : 1;
    more += labels.containsKey(actual) || actual.equals(predicted) ? 0 : 1;
    return labels.size() + more <= MulticlassCounts.MAX_LABELS;
  }

  void add(String predicted, String actual, long signedUnits) {
    Tally cell = cell(predicted, actual);
    cell.add(signedUnits);
    removeIfEmpty(predicted, actual, cell);
  }

  private Tally cell(String predicted, String actual) {
    Map<String, Tally> row = rows.get(actual);
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
    rows.computeIfAbsent(actual, label -> new HashMap<>()).put(predicted, cell);
    labels.merge(predicted, 1, Integer::sum);
    labels.merge(actual, 1, Integer::sum);
    return cell;
  }

  private void removeIfEmpty(String predicted, String actual, Tally cell) {
    Map<String, Tally> row = rows.get(actual);
    if (row == null || !cell.isEmpty()) {
      return;
    }
    row.remove(predicted);
    if (row.isEmpty()) {
      rows.remove(actual);
    }
    release(predicted);
    release(actual);
  }

  private void release(String label) {
    labels.computeIfPresent(label, (key, uses) -> uses == 1 ? null : uses - 1);
  }

  Set<String> labels() {
    return new TreeSet<>(labels.keySet());
  }

  void forEach(BiConsumer<Pair, Tally> action) {
    sorted().forEach(action);
  }

  /** A copy of the map, so that a matrix may be subtracted from itself. */
  private Map<Pair, Tally> sorted() {
    Map<Pair, Tally> cells = new TreeMap<>();
    rows.forEach(
        (actual, row) ->
            row.forEach((predicted, cell) -> cells.put(new Pair(predicted, actual), cell)));
    return cells;
  }

  @Override
  public void merge(Confusion other, int sign) {
    Set<String> together = labels();
    together.addAll(other.labels.keySet());
    if (together.size() > MulticlassCounts.MAX_LABELS) {
      throw new IllegalStateException("more than 256 labels together: " + together.size());
    }
    other.forEach((pair, cell) -> mergeCell(pair.predicted(), pair.actual(), cell, sign));
  }

  private void mergeCell(String predicted, String actual, Tally other, int sign) {
    Tally cell = cell(predicted, actual);
    cell.merge(other, sign);
    removeIfEmpty(predicted, actual, cell);
  }

  @Override
  public boolean isEmpty() {
    return rows.isEmpty();
  }

  @Override
  public void write(DataOutput out) throws IOException {
    Map<Pair, Tally> cells = sorted();
    Varints.writeUnsigned(out, cells.size());
    for (Map.Entry<Pair, Tally> cell : cells.entrySet()) {
      out.writeUTF(cell.getKey().actual());
      out.writeUTF(cell.getKey().predicted());
      cell.getValue().write(out);
    }
  }

  @Override
  public void readFrom(DataInput in) throws IOException {
    int most = MulticlassCounts.MAX_LABELS * MulticlassCounts.MAX_LABELS;
    int size = Varints.readIndex(in, most, "confusion cells");
    for (int i = 0; i < size; i++) {
      String actual = in.readUTF();
      String predicted = in.readUTF();
      if (!accepts(predicted, actual)) {
        throw new IOException("confusion cell with a label too long, empty, or one too many");
      }
      Tally cell = new Tally();
      cell.readFrom(in);
      mergeCell(predicted, actual, cell, 1);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Confusion that && that.rows.equals(rows);
  }

  @Override
  public int hashCode() {
    return rows.hashCode();
  }
}
