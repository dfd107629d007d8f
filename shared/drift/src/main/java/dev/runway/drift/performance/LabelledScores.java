package dev.runway.drift.performance;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;

/**
 * How many predictions have which score, decision and outcome, in the bins of {@link ScoreBins}:
 * what a score means, and how often the model was right.
 *
 * <p>Mergeable and subtractable. Mutable and not thread safe.
 */
public final class LabelledScores extends Parts {

  private static final int VERSION = 1;

  private final BinCounts trueNegative = new BinCounts(ScoreBins.SIZE);
  private final BinCounts falseNegative = new BinCounts(ScoreBins.SIZE);
  private final BinCounts falsePositive = new BinCounts(ScoreBins.SIZE);
  private final BinCounts truePositive = new BinCounts(ScoreBins.SIZE);
  private final List<Part<?>> parts =
      List.of(trueNegative, falseNegative, falsePositive, truePositive);

  /** Adds predictions of one {@link ScoreBins bin}; takes them back below 0. */
  public void add(int bin, boolean decision, boolean outcome, long predictions) {
    of(decision, outcome).add(bin, predictions);
  }

  public void add(LabelledScores other) {
    mergeParts(other, 1);
  }

  public void subtract(LabelledScores other) {
    mergeParts(other, -1);
  }

  private BinCounts of(boolean decision, boolean outcome) {
    if (decision) {
      return outcome ? truePositive : falsePositive;
    }
    return outcome ? falseNegative : trueNegative;
  }

  @Override
  List<Part<?>> parts() {
    return parts;
  }

  public long get(int bin, boolean decision, boolean outcome) {
    return of(decision, outcome).get(bin);
  }

  /** Predictions of a bin. */
  public long count(int bin) {
    return trueNegative.get(bin)
        + falseNegative.get(bin)
        + falsePositive.get(bin)
        + truePositive.get(bin);
  }

  /** Predictions of a bin whose outcome was positive. */
  public long positives(int bin) {
    return falseNegative.get(bin) + truePositive.get(bin);
  }

  public long count() {
    long count = 0;
    for (int bin = 0; bin < ScoreBins.SIZE; bin++) {
      count += count(bin);
    }
    return count;
  }

  /** Predictions whose outcome was positive. */
  public long positives() {
    long count = 0;
    for (int bin = 0; bin < ScoreBins.SIZE; bin++) {
      count += positives(bin);
    }
    return count;
  }

  /** Predictions whose decision was their outcome. */
  public long right() {
    long right = 0;
    for (int bin = 0; bin < ScoreBins.SIZE; bin++) {
      right += trueNegative.get(bin) + truePositive.get(bin);
    }
    return right;
  }

  /** The same predictions without their outcomes. */
  public ScoreTallies scores() {
    ScoreTallies scores = new ScoreTallies();
    for (int bin = 0; bin < ScoreBins.SIZE; bin++) {
      scores.add(bin, true, truePositive.get(bin) + falsePositive.get(bin));
      scores.add(bin, false, trueNegative.get(bin) + falseNegative.get(bin));
    }
    return scores;
  }

  /** Writes a version and the content; equal content gives equal bytes. */
  public void write(DataOutput out) throws IOException {
    out.writeByte(VERSION);
    writeParts(out);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IOException if a newer version wrote it, or the bytes are not such counts
   */
  public static LabelledScores read(DataInput in) throws IOException {
    int version = in.readUnsignedByte();
    if (version != VERSION) {
      throw new IOException("labelled scores of version " + version + ", known is " + VERSION);
    }
    LabelledScores scores = new LabelledScores();
    scores.readParts(in);
    return scores;
  }
}
