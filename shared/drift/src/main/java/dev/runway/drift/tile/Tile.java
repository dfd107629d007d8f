package dev.runway.drift.tile;

import dev.runway.drift.profile.FeatureKind;
import dev.runway.drift.profile.WordHash;
import dev.runway.drift.statistics.CentralMoments;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;
import org.apache.datasketches.kll.KllFloatsSketch;
import org.jspecify.annotations.Nullable;

/**
 * Counts of the events of one window, for all features of a profile.
 *
 * <p>All but the sketches are whole numbers: any order of events and any grouping of merges gives
 * the same content and the same bytes. Not for use by several threads.
 *
 * <p>Events are kept in a buffer of 32 and then counted feature by feature, so that each feature's
 * edges are fetched into the cache once for all of them: with hundreds of models the edges do not
 * stay there. Everything that looks at a tile counts what waits first.
 *
 * <p>Per numeric feature with 122 fine bins an open tile takes 1.3 KB: 976 B counts, 256 B buffer,
 * 64 B sums; a sketch adds up to 2.4 KB. A categorical one of 100 words takes 1.1 KB, and 0.9 KB
 * more once words outside of the vocabulary come.
 */
public final class Tile {

  /**
   * k of the sketches: 200 floats' worth are 2.4 KB, what a tile can afford; the rank error is 1.3
   * %, and of PSI over ten bins 0.01 to 0.02 (99 %), enough for quantiles and distances, on which
   * no alarm rests. Decisions come from the exact counts.
   */
  public static final int SKETCH_K = 200;

  /** Of one with as many values as there may be, with its object and arrays; see TileTest. */
  static final long MOST_SKETCH_BYTES = 3_500;

  private TileShape shape;

  // Filled by the buffer and the format, which are parts of this.
  long events;
  final long[] counts;
  final long[] mistyped;
  final NumericSums sums;
  final @Nullable Strangers[] strangers;
  final @Nullable KllFloatsSketch[] sketches;

  private long strangerBytes;

  /** Null in a tile that was read from bytes. */
  private final @Nullable EventBuffer buffer;

  Tile(TileLayout layout) {
    this(layout.shape, layout);
  }

  Tile(TileShape shape, @Nullable TileLayout layout) {
    this.shape = shape;
    counts = new long[shape.total()];
    mistyped = new long[shape.size()];
    sums = new NumericSums(shape.size());
    strangers = new Strangers[shape.size()];
    sketches = new KllFloatsSketch[shape.size()];
    buffer = layout == null ? null : new EventBuffer(layout, this);
  }

  TileShape shape() {
    return shape;
  }

  /** The profile it was counted for. */
  public String profileId() {
    return shape.profileId();
  }

  /** Counts one event. Of a tile that was read from bytes: not possible, merge into an open one. */
  public void add(Row row) {
    add(row.slots);
    for (int i = 0; i < row.strangerCount(); i++) {
      stranger(row.layout, row.stranger(i), row.strangerWord(i));
    }
    for (int i = 0; i < row.mistypedCount(); i++) {
      mistyped[row.mistyped(i)]++;
    }
  }

  /**
   * Counts one event that has no words outside of the vocabularies.
   *
   * @param values in the profile's order: numbers, and codes of words; NaN is missing. Copied
   */
  public void add(double[] values) {
    requireLength(values.length);
    events++;
    buffer().add(values);
  }

  /** As above. */
  public void add(float[] values) {
    requireLength(values.length);
    events++;
    buffer().add(values);
  }

  private void requireLength(int length) {
    if (length != shape.size()) {
      throw new IllegalArgumentException(length + " values for " + shape.size() + " features");
    }
  }

  private EventBuffer buffer() {
    if (buffer == null) {
      throw new IllegalStateException("a tile without its layout cannot count");
    }
    return buffer;
  }

  private void stranger(TileLayout layout, int feature, String word) {
    counts[shape.offset(feature + 1) - 1]++;
    Strangers known = strangers[feature];
    if (known == null) {
      known = new Strangers(shape.bins(feature) - 1);
      strangers[feature] = known;
      strangerBytes += Strangers.mostBytes(shape.bins(feature) - 1);
    }
    long hash = WordHash.of(word);
    known.add(word, hash, 1, layout.isNew(feature, hash));
  }

  private void countBuffered() {
    if (buffer != null) {
      buffer.count();
    }
  }

  /** Whether another tile was counted in the same bins, so that it can be added. */
  public boolean fits(Tile other) {
    return shape.fits(other.shape);
  }

  /**
   * Adds the counts of another tile of the same profile. Sketches stay where both have them: one of
   * a part of the events would be taken for all.
   *
   * @throws IllegalArgumentException if it does not {@link #fits fit}
   */
  public void merge(Tile other) {
    if (!fits(other)) {
      throw new IllegalArgumentException(
          "a tile of profile %s into one of %s".formatted(other.profileId(), profileId()));
    }
    countBuffered();
    other.countBuffered();
    shape = shape.plus(other.shape);
    events += other.events;
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
    sums.merge(other.sums);
    for (int i = 0; i < mistyped.length; i++) {
      mistyped[i] += other.mistyped[i];
      mergeStrangers(i, other.strangers[i]);
      if (shape.sketches()) {
        mergeSketch(i, other.sketches[i]);
      } else {
        sketches[i] = null;
      }
    }
  }

  /** A new tile with the counts of both; neither is changed. */
  public Tile plus(Tile other) {
    Tile sum = new Tile(shape, null);
    sum.merge(this);
    sum.merge(other);
    return sum;
  }

  /** A new tile with all its counts and none of its sketches. */
  public Tile withoutSketches() {
    Tile counts = new Tile(shape.withoutSketches(), null);
    counts.merge(this);
    return counts;
  }

  /** Whether it is kept with sketches, of features that have values. */
  public boolean hasSketches() {
    return shape.sketches();
  }

  private void mergeStrangers(int feature, @Nullable Strangers more) {
    if (more != null) {
      Strangers own = strangers[feature];
      Strangers merged = own == null ? new Strangers(shape.bins(feature) - 1) : own;
      merged.merge(more);
      strangers[feature] = merged;
    }
  }

  private void mergeSketch(int feature, @Nullable KllFloatsSketch more) {
    if (more != null) {
      KllFloatsSketch own = sketches[feature];
      KllFloatsSketch merged = own == null ? KllFloatsSketch.newHeapInstance(SKETCH_K) : own;
      merged.merge(more);
      sketches[feature] = merged;
    }
  }

  /**
   * Checks a tile that somebody else has counted: whether its numbers can be those of so many
   * events. What is read may hold counts that no events make, and sums of them would say anything.
   *
   * @throws IOException with the feature and what is wrong
   */
  public void requirePossible() throws IOException {
    countBuffered();
    for (int i = 0; i < shape.size(); i++) {
      String wrong = shape.numeric(i) ? wrongNumbers(i) : wrongWords(i);
      if (wrong != null) {
        throw new IOException("feature " + i + ": " + wrong);
      }
    }
  }

  private @Nullable String wrongNumbers(int feature) {
    long n = n(feature);
    long infinite = sums.infinite[feature];
    // Each alone first: their sum may be beyond a long.
    if (infinite > n || sums.far[feature] > n - infinite) {
      return "more infinite and far values than the %d there are".formatted(n);
    }
    KllFloatsSketch sketch = sketches[feature];
    if (sketch != null && sketch.getN() > n - infinite) {
      return "a sketch of %d values, %d are counted".formatted(sketch.getN(), n - infinite);
    }
    return sums.wrong(feature, n - infinite);
  }

  private @Nullable String wrongWords(int feature) {
    Strangers known = strangers[feature];
    return known == null ? null : known.wrong(counts[shape.offset(feature + 1) - 1]);
  }

  /** Events of the window. */
  public long events() {
    return events;
  }

  public int size() {
    return shape.size();
  }

  public FeatureKind kind(int feature) {
    return shape.kind(feature);
  }

  /** Events with a value of the right type, infinite ones included. */
  public long n(int feature) {
    countBuffered();
    long n = 0;
    for (int i = shape.offset(feature); i < shape.offset(feature + 1); i++) {
      n += counts[i];
    }
    return n;
  }

  /** Events whose value is of another type than the feature. */
  public long mistyped(int feature) {
    countBuffered();
    return mistyped[feature];
  }

  /** Events without a value. */
  public long missing(int feature) {
    return Math.max(0, events - n(feature) - mistyped[feature]);
  }

  /** Events with an infinite value; they are in the end bins too. */
  public long infinite(int feature) {
    countBuffered();
    return sums.infinite[feature];
  }

  /** Events too far from the reference's mean to be part of the moments: 3e10 of its deviations. */
  public long far(int feature) {
    countBuffered();
    return sums.far[feature];
  }

  /**
   * A copy of the counts: by fine bin of a numeric feature; by word of a categorical one, and last
   * of all words outside of the vocabulary.
   */
  public long[] counts(int feature) {
    countBuffered();
    return Arrays.copyOfRange(counts, shape.offset(feature), shape.offset(feature + 1));
  }

  /** Least finite value; +infinity if there is none. */
  public double min(int feature) {
    countBuffered();
    return sums.min[feature];
  }

  /** Largest finite value; -infinity if there is none. */
  public double max(int feature) {
    countBuffered();
    return sums.max[feature];
  }

  /**
   * Count, mean and squared distances of the finite values; higher moments are not kept (NaN).
   *
   * @param by the layout this tile was counted with
   */
  public CentralMoments moments(int feature, TileLayout by) {
    if (!by.counted(this)) {
      throw new IllegalArgumentException("counted with another layout than that of " + profileId());
    }
    long n = n(feature) - sums.infinite[feature] - sums.far[feature];
    if (n <= 0 || !shape.numeric(feature)) {
      return CentralMoments.EMPTY;
    }
    double[] both = sums.meanAndSquares(feature, n, by.centre[feature], by.stepsPerUnit[feature]);
    return CentralMoments.ofTwo(n, both[0], both[1]);
  }

  /**
   * Frequent words outside of the vocabulary with their counts, the names for {@link #counts}; only
   * new ones where the profile can tell them.
   */
  public Map<String, Long> strangers(int feature) {
    Strangers known = strangers[feature];
    return known == null ? Map.of() : known.counts();
  }

  /**
   * Events with a word that the reference never had, which its filter took for known ones now and
   * then; -1 where its profile could not tell.
   */
  public long newWords(int feature) {
    Strangers known = strangers[feature];
    return known == null ? 0 : known.fresh();
  }

  /** How much too low the counts of {@link #strangers} may be. */
  public long strangersError(int feature) {
    Strangers known = strangers[feature];
    return known == null ? 0 : known.error();
  }

  /**
   * Different words: those of the vocabulary exactly, others within 6 % (one standard error) to
   * 4,000 of them; more than about 7,000 are not told apart.
   */
  public double distinct(int feature) {
    countBuffered();
    int seen = 0;
    for (int i = shape.offset(feature); i < shape.offset(feature + 1) - 1; i++) {
      seen += counts[i] > 0 ? 1 : 0;
    }
    Strangers known = strangers[feature];
    return known == null ? seen : seen + known.distinct();
  }

  /** Standard error of {@link #distinct}: 0 where it is exact, infinite where there may be more. */
  public double distinctError(int feature) {
    Strangers known = strangers[feature];
    return known == null ? 0 : known.distinctError();
  }

  /** The sketch of the finite values; null where there is none. Not to be changed. */
  public @Nullable KllFloatsSketch sketch(int feature) {
    countBuffered();
    return sketches[feature];
  }

  /** Bytes that the open tile holds per feature on average, computed from its arrays. */
  public double heapBytesPerFeature() {
    long bytes =
        8L * (counts.length + mistyped.length + 8L * sums.min.length)
            + (buffer == null ? 0 : buffer.bytes());
    for (int i = 0; i < shape.size(); i++) {
      KllFloatsSketch sketch = sketches[i];
      // Items and their level boundaries, and the object.
      bytes += sketch == null ? 8 : 8 + 100 + sketch.getSerializedSizeBytes();
      Strangers known = strangers[i];
      bytes += known == null ? 8 : 8 + known.bytes();
    }
    return (double) bytes / shape.size();
  }

  /**
   * Bytes at most that words outside of the vocabularies take in a tile that counts: they come on
   * top of {@link TileLayout#tileBytes}.
   */
  public long strangerBytes() {
    return strangerBytes;
  }

  /** Writes the tile in its version. Equal content gives equal bytes, sketches apart. */
  public void write(DataOutput out) throws IOException {
    countBuffered();
    TileFormat.write(out, this);
  }

  /**
   * Reads any version.
   *
   * @throws IOException with the reason if the bytes are not a tile's
   */
  public static Tile read(DataInput in) throws IOException {
    return TileFormat.read(in);
  }

  public byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      write(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads bytes that hold one tile and nothing else.
   *
   * @throws IOException with the reason if they do not
   */
  public static Tile fromBytes(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    try {
      Tile tile = read(in);
      if (in.available() > 0) {
        throw new IOException(in.available() + " bytes after the tile");
      }
      return tile;
    } catch (EOFException e) {
      throw new IOException("tile breaks off after " + bytes.length + " bytes", e);
    }
  }
}
