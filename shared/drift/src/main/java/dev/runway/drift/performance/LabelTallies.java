package dev.runway.drift.performance;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Per label, how often it was predicted, occurred, and both: the margins and the diagonal of the
 * confusion matrix, which is all that accuracy, macro precision, recall and F1 read (and Cohen's
 * kappa and the multi-class MCC would). The matrix itself grows with the square of the labels.
 *
 * <p>Labels whose tallies come back to nothing are removed. There may be any number of labels.
 */
final class LabelTallies implements Part<LabelTallies> {

  /** Most cells of the confusion matrix that version 1 stored, 256 labels squared. */
  private static final int MAX_CELLS = 1 << 16;

  /** The tallies of one label. */
  static final class OfLabel {
    final Tally right = new Tally();
    final Tally actual = new Tally();
    final Tally predicted = new Tally();

    private boolean isEmpty() {
      return right.isEmpty() && actual.isEmpty() && predicted.isEmpty();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof OfLabel that
          && that.right.equals(right)
          && that.actual.equals(actual)
          && that.predicted.equals(predicted);
    }

    @Override
    public int hashCode() {
      return 961 * right.hashCode() + 31 * actual.hashCode() + predicted.hashCode();
    }
  }

  private final Map<String, OfLabel> tallies = new HashMap<>();

  void add(String predicted, String actual, long signedUnits) {
    requireValid(predicted);
    requireValid(actual);
    OfLabel ofPredicted = of(predicted);
    ofPredicted.predicted.add(signedUnits);
    if (predicted.equals(actual)) {
      ofPredicted.right.add(signedUnits);
    }
    of(actual).actual.add(signedUnits);
    removeIfEmpty(predicted);
    removeIfEmpty(actual);
  }

  private static void requireValid(String label) {
    if (!valid(label)) {
      throw new IllegalArgumentException("a label must have 1 to 256 characters");
    }
  }

  private static boolean valid(String label) {
    return !label.isEmpty() && label.length() <= MulticlassCounts.MAX_LABEL_LENGTH;
  }

  private OfLabel of(String label) {
    OfLabel known = tallies.get(label);
    if (known == null) {
      known = new OfLabel();
      tallies.put(label, known);
    }
    return known;
  }

  private void removeIfEmpty(String label) {
    OfLabel known = tallies.get(label);
    if (known != null && known.isEmpty()) {
      tallies.remove(label);
    }
  }

  /** In order of labels, because a sum of doubles depends on it. */
  SortedMap<String, OfLabel> sorted() {
    return new TreeMap<>(tallies);
  }

  @Override
  public void merge(LabelTallies other, int sign) {
    other.sorted().forEach((label, theirs) -> merge(label, theirs, sign));
  }

  private void merge(String label, OfLabel theirs, int sign) {
    OfLabel ours = of(label);
    ours.right.merge(theirs.right, sign);
    ours.actual.merge(theirs.actual, sign);
    ours.predicted.merge(theirs.predicted, sign);
    removeIfEmpty(label);
  }

  @Override
  public boolean isEmpty() {
    return tallies.isEmpty();
  }

  @Override
  public void write(DataOutput out) throws IOException {
    Varints.writeUnsigned(out, tallies.size());
    for (Map.Entry<String, OfLabel> entry : sorted().entrySet()) {
      out.writeUTF(entry.getKey());
      entry.getValue().right.write(out);
      entry.getValue().actual.write(out);
      entry.getValue().predicted.write(out);
    }
  }

  @Override
  public void readFrom(DataInput in) throws IOException {
    // Nothing is allocated for a number that damage made large: the bytes end first.
    int size = Varints.readIndex(in, Integer.MAX_VALUE, "labels");
    for (int i = 0; i < size; i++) {
      String label = readLabel(in);
      OfLabel read = new OfLabel();
      read.right.readFrom(in);
      read.actual.readFrom(in);
      read.predicted.readFrom(in);
      merge(label, read, 1);
    }
  }

  /** Reads the sparse confusion matrix that version 1 stored, and adds its cells up. */
  void readMatrix(DataInput in) throws IOException {
    int size = Varints.readIndex(in, MAX_CELLS, "confusion cells");
    for (int i = 0; i < size; i++) {
      String actual = readLabel(in);
      String predicted = readLabel(in);
      Tally cell = new Tally();
      cell.readFrom(in);
      of(actual).actual.merge(cell, 1);
      of(predicted).predicted.merge(cell, 1);
      if (actual.equals(predicted)) {
        of(actual).right.merge(cell, 1);
      }
      removeIfEmpty(actual);
      removeIfEmpty(predicted);
    }
  }

  private static String readLabel(DataInput in) throws IOException {
    String label = in.readUTF();
    if (!valid(label)) {
      throw new IOException("label of " + label.length() + " characters, must have 1 to 256");
    }
    return label;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LabelTallies that && that.tallies.equals(tallies);
  }

  @Override
  public int hashCode() {
    return tallies.hashCode();
  }
}
