package dev.runway.drift.performance;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;

/**
 * How many predictions have which score and decision, in the bins of {@link ScoreBins}: all that an
 * estimate without labels needs of them, so that it can be made anew when the calibration changes.
 *
 * <p>Mergeable and subtractable. Mutable and not thread safe.
 */
public final class ScoreTallies extends Parts {

  private static final int VERSION = 1;

  private final BinCounts negative = new BinCounts(ScoreBins.SIZE);
  private final BinCounts positive = new BinCounts(ScoreBins.SIZE);
  private final List<Part<?>> parts = List.of(negative, positive);

  /**
   * Adds one prediction.
   *
   * @param score in [0, 1]
   * @param decision what the model decided with its threshold
   */
  public void add(double score, boolean decision) {
    if (!(score >= 0 && score <= 1)) {
      throw new IllegalArgumentException("score " + score + " is not in [0, 1]");
    }
    add(ScoreBins.index(score), decision, 1);
  }

  /** Adds predictions of one {@link ScoreBins bin}; takes them back below 0. */
  public void add(int bin, boolean decision, long predictions) {
    (decision ? positive : negative).add(bin, predictions);
  }

  public void add(ScoreTallies other) {
    mergeParts(other, 1);
  }

  public void subtract(ScoreTallies other) {
    mergeParts(other, -1);
  }

  @Override
  List<Part<?>> parts() {
    return parts;
  }

  public long get(int bin, boolean decision) {
    return (decision ? positive : negative).get(bin);
  }

  public long count() {
    long count = 0;
    for (int bin = 0; bin < ScoreBins.SIZE; bin++) {
      count += positive.get(bin) + negative.get(bin);
    }
    return count;
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
  public static ScoreTallies read(DataInput in) throws IOException {
    int version = in.readUnsignedByte();
    if (version != VERSION) {
      throw new IOException("score tallies of version " + version + ", known is " + VERSION);
    }
    ScoreTallies tallies = new ScoreTallies();
    tallies.readParts(in);
    return tallies;
  }
}
