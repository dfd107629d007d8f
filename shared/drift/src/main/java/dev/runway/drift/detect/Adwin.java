package dev.runway.drift.detect;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * ADWIN (Bifet and Gavaldà 2007): a window that grows while its mean is constant, and drops its old
 * part when a cut is found whose two sides differ by more than eps = sqrt(2/m var ln(2/d')) +
 * 2/(3m) ln(2/d'), where 1/m = 1/n0 + 1/n1 and d' = delta / ln n.
 *
 * <p>Memory is logarithmic: row r holds at most a fixed number of buckets of 2^r values each. With
 * more buckets per row than values nothing is compressed and every cut is looked at (ADWIN0).
 */
public final class Adwin implements ChangeDetector {

  private static final int VERSION = 1;
  private static final int MAX_ROWS = 48;

  private final double delta;
  private final int clock;
  private final int minWindow;
  private final int minSide;
  private final int bucketsPerRow;

  /** Buckets of 2^row values each, oldest first. */
  private final List<Row> rows = new ArrayList<>();

  private long seen;
  private long n;
  private double sum;

  /** Sum of squared distances from the mean, of the whole window. */
  private double m2;

  /**
   * A detector that has seen nothing.
   *
   * @param delta confidence, in (0, 1)
   * @param clock cuts are looked for every so many values
   * @param minWindow no verdict below so many values
   * @param minSide least values on either side of a cut
   * @param bucketsPerRow 2 or more
   */
  public Adwin(double delta, int clock, int minWindow, int minSide, int bucketsPerRow) {
    if (!(delta > 0 && delta < 1)
        || clock < 1
        || minWindow < 2
        || minSide < 1
        || bucketsPerRow < 2) {
      throw new IllegalArgumentException(
          "delta %s, clock %d, window %d, side %d, buckets %d"
              .formatted(delta, clock, minWindow, minSide, bucketsPerRow));
    }
    this.delta = delta;
    this.clock = clock;
    this.minWindow = minWindow;
    this.minSide = minSide;
    this.bucketsPerRow = bucketsPerRow;
  }

  /** Delta 0.002, a look every 32 values, window of 10 and sides of 5 at least. */
  public static Adwin standard() {
    return new Adwin(0.002, 32, 10, 5, 5);
  }

  /** The buckets of one size. */
  private static final class Row {
    final List<Bucket> buckets = new ArrayList<>();
  }

  /** Sum of 2^row values and of their squared distances from the bucket's mean. */
  private record Bucket(double sum, double m2) {}

  /**
   * The difference of the means of n0 older and n1 newer values that is a change.
   *
   * @param variance of the whole window, divided by n
   */
  public static double threshold(double n0, double n1, double variance, double delta) {
    double inverse = 1 / n0 + 1 / n1;
    double log = Math.log(2 * Math.log(n0 + n1) / delta);
    return Math.sqrt(2 * inverse * variance * log) + 2.0 / 3 * inverse * log;
  }

  @Override
  public State add(double value) {
    seen++;
    append(value);
    boolean changed = false;
    if (seen % clock == 0 && n > minWindow) {
      while (dropsOldest()) {
        changed = true;
      }
    }
    return changed ? State.DRIFT : State.STABLE;
  }

  private void append(double value) {
    if (n > 0) {
      double d = value - sum / n;
      m2 += d * d * n / (n + 1);
    }
    n++;
    sum += value;
    row(0).buckets.add(new Bucket(value, 0));
    for (int r = 0; r < rows.size() && rows.get(r).buckets.size() > bucketsPerRow; r++) {
      Bucket a = rows.get(r).buckets.remove(0);
      Bucket b = rows.get(r).buckets.remove(0);
      double size = Math.scalb(1.0, r);
      double d = (a.sum - b.sum) / size;
      row(r + 1).buckets.add(new Bucket(a.sum + b.sum, a.m2 + b.m2 + d * d * size / 2));
    }
  }

  private Row row(int index) {
    while (rows.size() <= index) {
      rows.add(new Row());
    }
    return rows.get(index);
  }

  /** Looks for a cut, oldest first; drops the oldest bucket if there is one. */
  private boolean dropsOldest() {
    double n0 = 0;
    double sum0 = 0;
    double variance = Math.max(0, m2 / n);
    for (int r = rows.size() - 1; r >= 0; r--) {
      double size = Math.scalb(1.0, r);
      for (Bucket bucket : rows.get(r).buckets) {
        n0 += size;
        sum0 += bucket.sum;
        double n1 = n - n0;
        if (n1 < minSide) {
          return false;
        }
        double difference = Math.abs(sum0 / n0 - (sum - sum0) / n1);
        if (n0 >= minSide && difference > threshold(n0, n1, variance, delta)) {
          dropOldest();
          return true;
        }
      }
    }
    return false;
  }

  private void dropOldest() {
    int last = rows.size() - 1;
    Bucket oldest = rows.get(last).buckets.remove(0);
    long size = 1L << last;
    if (rows.get(last).buckets.isEmpty()) {
      rows.remove(last);
    }
    n -= size;
    sum -= oldest.sum;
    double d = oldest.sum / size - sum / n;
    m2 = Math.max(0, m2 - oldest.m2 - d * d * size * n / (n + size));
  }

  /** Values in the window now. */
  public long window() {
    return n;
  }

  /** Mean of the window; NaN for an empty one. */
  public double mean() {
    return sum / n;
  }

  @Override
  public void reset() {
    rows.clear();
    seen = 0;
    n = 0;
    sum = 0;
    m2 = 0;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    out.writeByte(VERSION);
    out.writeDouble(delta);
    out.writeInt(clock);
    out.writeInt(minWindow);
    out.writeInt(minSide);
    out.writeInt(bucketsPerRow);
    out.writeLong(seen);
    out.writeDouble(sum);
    out.writeDouble(m2);
    out.writeByte(rows.size());
    for (Row row : rows) {
      out.writeInt(row.buckets.size());
      for (Bucket bucket : row.buckets) {
        out.writeDouble(bucket.sum);
        out.writeDouble(bucket.m2);
      }
    }
  }

  /** Reads what {@link #write} wrote. */
  public static Adwin read(DataInput in) throws IOException {
    Versions.require(in, VERSION, "ADWIN");
    try {
      Adwin adwin =
          new Adwin(in.readDouble(), in.readInt(), in.readInt(), in.readInt(), in.readInt());
      adwin.seen = in.readLong();
      adwin.sum = in.readDouble();
      adwin.m2 = in.readDouble();
      int rows = in.readUnsignedByte();
      if (rows > MAX_ROWS) {
        throw new IOException("ADWIN of " + rows + " rows");
      }
      for (int r = 0; r < rows; r++) {
        int buckets = in.readInt();
        if (buckets < 0 || buckets > adwin.bucketsPerRow) {
          throw new IOException("ADWIN row of " + buckets + " buckets");
        }
        Row row = adwin.row(r);
        for (int i = 0; i < buckets; i++) {
          row.buckets.add(new Bucket(in.readDouble(), in.readDouble()));
        }
        adwin.n += (long) buckets << r;
      }
      return adwin;
    } catch (IllegalArgumentException e) {
      throw new IOException("ADWIN of " + e.getMessage(), e);
    }
  }
}
