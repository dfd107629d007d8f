package dev.runway.drift.embedding;

import dev.runway.drift.performance.Varints;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * The pairs of the items with the lowest hashes, at most a fixed number: what measures need that
 * look at single pairs. Any order and any split of the same pairs gives the same sample, and two
 * pairs of versions of one space have the same items in it, so that they can be compared.
 *
 * <p>A pair that does not get in costs one comparison. An item that comes again is held once; of
 * different vectors the lower ones stay, so that no order matters. Mutable and not thread safe.
 */
public final class PairSample {

  /** Most pairs of a sample: 65,536 of 512 dimensions are 268 MB. */
  public static final int MAX_CAPACITY = 1 << 16;

  private static final int VERSION = 1;

  private record Pair(float[] before, float[] after) {

    int compareTo(float[] otherBefore, float[] otherAfter) {
      int order = Arrays.compare(before, otherBefore);
      return order != 0 ? order : Arrays.compare(after, otherAfter);
    }
  }

  private final int capacity;
  private final int dimensionsBefore;
  private final int dimensionsAfter;
  private final TreeMap<Long, Pair> pairs = new TreeMap<>(Long::compareUnsigned);

  /** Highest hash in a full sample. */
  private long worst = -1;

  /**
   * An empty sample.
   *
   * @param capacity most pairs it holds, 1 to {@link #MAX_CAPACITY}
   */
  public PairSample(int capacity, int dimensionsBefore, int dimensionsAfter) {
    if (capacity < 1 || capacity > MAX_CAPACITY) {
      throw new IllegalArgumentException(
          "sample of " + capacity + " pairs, must be 1 to " + MAX_CAPACITY);
    }
    this.capacity = capacity;
    this.dimensionsBefore = dimensionsBefore;
    this.dimensionsAfter = dimensionsAfter;
  }

  /**
   * Offers the two vectors of one item; they are copied if they get in.
   *
   * @param hash of the item, see {@link ItemHash}
   */
  public void add(long hash, float[] before, float[] after) {
    if (!isOf(before.length, after.length)) {
      throw new IllegalArgumentException(
          "pair of %d and %d dimensions in a sample of %d and %d"
              .formatted(before.length, after.length, dimensionsBefore, dimensionsAfter));
    }
    if (pairs.size() == capacity && Long.compareUnsigned(hash, worst) > 0) {
      return;
    }
    Pair known = pairs.get(hash);
    if (known != null && known.compareTo(before, after) <= 0) {
      return;
    }
    pairs.put(hash, new Pair(before.clone(), after.clone()));
    if (pairs.size() > capacity) {
      pairs.pollLastEntry();
    }
    worst = pairs.lastKey();
  }

  /**
   * Offers all pairs of another sample.
   *
   * @throws IllegalArgumentException if it is of other dimensions or another capacity
   */
  public void merge(PairSample other) {
    if (other.capacity != capacity) {
      throw new IllegalArgumentException(
          "sample of " + other.capacity + " pairs merged into one of " + capacity);
    }
    other.pairs.forEach((hash, pair) -> add(hash, pair.before, pair.after));
  }

  boolean isOf(int before, int after) {
    return before == dimensionsBefore && after == dimensionsAfter;
  }

  public int size() {
    return pairs.size();
  }

  public int capacity() {
    return capacity;
  }

  /** Older vectors in the order of the items' hashes; not to be changed. */
  float[][] before() {
    return pairs.values().stream().map(Pair::before).toArray(float[][]::new);
  }

  /** Newer vectors in the same order. */
  float[][] after() {
    return pairs.values().stream().map(Pair::after).toArray(float[][]::new);
  }

  /** Writes a version and the content; the same pairs give the same bytes. */
  public void write(DataOutput out) throws IOException {
    out.writeByte(VERSION);
    Varints.writeUnsigned(out, capacity);
    Varints.writeUnsigned(out, dimensionsBefore);
    Varints.writeUnsigned(out, dimensionsAfter);
    Varints.writeUnsigned(out, pairs.size());
    for (Map.Entry<Long, Pair> entry : pairs.entrySet()) {
      out.writeLong(entry.getKey());
      write(out, entry.getValue().before);
      write(out, entry.getValue().after);
    }
  }

  private static void write(DataOutput out, float[] vector) throws IOException {
    for (float value : vector) {
      out.writeFloat(value);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IOException if a newer version wrote it, or the bytes are no such sample
   */
  public static PairSample read(DataInput in) throws IOException {
    int version = in.readUnsignedByte();
    if (version != VERSION) {
      throw new IOException(
          "sample of pairs of version " + version + ", this build reads up to " + VERSION);
    }
    int capacity = Math.max(1, Varints.readIndex(in, MAX_CAPACITY, "capacity"));
    int before = Varints.readIndex(in, PairSums.MAX_DIMENSIONS, "dimensions");
    int after = Varints.readIndex(in, PairSums.MAX_DIMENSIONS, "dimensions");
    PairSample sample = new PairSample(capacity, before, after);
    int size = Varints.readIndex(in, capacity, "pairs");
    for (int i = 0; i < size; i++) {
      sample.add(in.readLong(), readVector(in, before), readVector(in, after));
    }
    if (sample.size() != size) {
      throw new IOException("an item is twice in a sample of " + size + " pairs");
    }
    return sample;
  }

  private static float[] readVector(DataInput in, int dimensions) throws IOException {
    float[] vector = new float[dimensions];
    for (int j = 0; j < dimensions; j++) {
      vector[j] = in.readFloat();
      if (!Float.isFinite(vector[j])) {
        throw new IOException("a sampled vector has " + vector[j]);
      }
    }
    return vector;
  }
}
