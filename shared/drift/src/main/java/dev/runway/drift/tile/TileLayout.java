package dev.runway.drift.tile;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.CategoricalProfile;
import dev.runway.drift.profile.FeatureKind;
import dev.runway.drift.profile.FeatureProfile;
import dev.runway.drift.profile.NumericProfile;
import dev.runway.drift.profile.OtherWords;
import dev.runway.drift.profile.Precision;
import dev.runway.drift.profile.WordHash;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How events are counted for a profile: its edges and vocabularies in the form that counting wants.
 * Immutable; made once per profile and shared by all its tiles and rows.
 */
public final class TileLayout {

  final BaselineProfile profile;
  final TileShape shape;

  /** Of the wide bins, which a tile does not know. */
  final long wideFingerprint;

  final Precision precision;

  /**
   * Fine edges of a numeric feature, filled up with infinity to one less than a power of two, so
   * that a search takes the same steps for every value. Null for a categorical one.
   */
  final double[] @Nullable [] edges;

  /** By feature; the shape says the same, some fetches from memory further away. */
  final boolean[] numeric;

  /** Values are counted in steps from the reference's mean. */
  final double[] centre;

  /** Steps per unit of the value: a power of two, so that little is lost in rounding. */
  final double[] stepsPerUnit;

  private final long tileBytes;

  /** Words outside of the vocabulary that can be told from new ones; null where they cannot. */
  private final @Nullable OtherWords[] otherWords;

  /** Whether the vocabulary has all words of the reference. */
  private final boolean[] complete;

  private final List<Map<String, Integer>> words = new ArrayList<>();
  private final Map<String, Integer> positions;

  private TileLayout(BaselineProfile profile, boolean sketches) {
    this.profile = profile;
    int size = profile.features().size();
    precision = profile.precision();
    edges = new double[size][];
    numeric = new boolean[size];
    otherWords = new OtherWords[size];
    complete = new boolean[size];
    centre = new double[size];
    stepsPerUnit = new double[size];
    positions = profile.positions();
    int[] bins = new int[size];
    FeatureKind[] kinds = new FeatureKind[size];
    for (int i = 0; i < size; i++) {
      FeatureProfile feature = profile.features().get(i);
      kinds[i] = feature.kind();
      numeric[i] = kinds[i] == FeatureKind.NUMERIC;
      Map<String, Integer> codes = new HashMap<>();
      if (feature instanceof NumericProfile numeric) {
        bins[i] = numeric.fineEdges().bins();
        edges[i] = padded(numeric.fineEdges().toArray());
        centre[i] = numeric.moments().mean();
        stepsPerUnit[i] = stepsPerUnit(numeric);
      } else if (feature instanceof CategoricalProfile categorical) {
        bins[i] = categorical.words().size() + 1;
        OtherWords others = categorical.others();
        otherWords[i] = others != null && others.tells() ? others : null;
        complete[i] = !categorical.open();
        for (String word : categorical.words()) {
          codes.put(word, codes.size());
        }
      }
      words.add(codes);
    }
    shape =
        new TileShape(
            TileFormat.VERSION,
            profile.id(),
            Fingerprint.of(profile, centre, stepsPerUnit),
            kinds,
            bins,
            sketches);
    wideFingerprint = Fingerprint.withWideEdges(shape.fingerprint(), profile);
    tileBytes = countTileBytes();
  }

  /**
   * The layout of a profile.
   *
   * @param sketches whether tiles keep a quantile sketch per numeric feature
   */
  public static TileLayout of(BaselineProfile profile, boolean sketches) {
    return new TileLayout(profile, sketches);
  }

  private static double[] padded(double[] edges) {
    int length = 0;
    while (length < edges.length) {
      length = 2 * length + 1;
    }
    double[] padded = Arrays.copyOf(edges, length);
    Arrays.fill(padded, edges.length, length, Double.POSITIVE_INFINITY);
    return padded;
  }

  /**
   * 4096 steps per standard deviation or up to twice that. A constant is measured in parts of
   * itself; of a feature that is unknown the unit is 1.
   */
  private static double stepsPerUnit(NumericProfile feature) {
    double variance = feature.moments().variance();
    double scale = variance > 0 ? Math.sqrt(variance) : Math.abs(feature.moments().mean());
    if (!(scale > 0x1p-1000 && scale < 0x1p1000)) {
      scale = 1;
    }
    return Math.scalb(1.0, 12 - Math.getExponent(scale));
  }

  public BaselineProfile profile() {
    return profile;
  }

  public int size() {
    return shape.size();
  }

  /** Whether its tiles keep a quantile sketch per numeric feature. */
  public boolean sketches() {
    return shape.sketches();
  }

  /** Position of a feature by name; -1 if the profile has none of that name. */
  public int position(String name) {
    return positions.getOrDefault(name, -1);
  }

  public FeatureKind kind(int feature) {
    return shape.kind(feature);
  }

  /** The code of a word, its position in the vocabulary; -1 for a word outside of it. */
  public int code(int feature, String word) {
    return words.get(feature).getOrDefault(word, -1);
  }

  /**
   * Whether the reference never had a word that is outside of the vocabulary; null where its
   * profile cannot tell.
   *
   * @param hash of the word
   */
  @Nullable Boolean isNew(int feature, long hash) {
    OtherWords others = otherWords[feature];
    if (others != null) {
      return !others.had(hash);
    }
    return complete[feature] ? Boolean.TRUE : null;
  }

  /** The same of a word, which may be in the vocabulary. */
  public @Nullable Boolean isNew(int feature, String word) {
    return code(feature, word) >= 0 ? Boolean.FALSE : isNew(feature, WordHash.of(word));
  }

  public Row newRow() {
    return new Row(this);
  }

  public Tile newTile() {
    return new Tile(this);
  }

  /**
   * Bytes at most that an open tile takes, but for words outside of the vocabularies: {@link
   * Tile#strangerBytes}.
   */
  public long tileBytes() {
    return tileBytes;
  }

  private long countTileBytes() {
    long numbers = 0;
    for (boolean isNumber : numeric) {
      numbers += isNumber ? 1 : 0;
    }
    // Counts; of each feature the sums, values of another type, the references to what comes late,
    // and its column of the buffer.
    return 200
        + 8L * shape.total()
        + (64L + 8 + 16 + 8 * EventBuffer.EVENTS) * shape.size()
        + (shape.sketches() ? numbers * Tile.MOST_SKETCH_BYTES : 0);
  }

  /**
   * Whether a tile was counted with this layout, so that its bins mean what the profile says. With
   * or without sketches is the same.
   */
  public boolean counted(Tile tile) {
    return shape.fits(tile.shape());
  }
}
