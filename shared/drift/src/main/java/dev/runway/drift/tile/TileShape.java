package dev.runway.drift.tile;

import dev.runway.drift.performance.Varints;
import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.FeatureKind;
import dev.runway.drift.profile.NumericProfile;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a tile must know of its profile to be stored and merged: how many bins of what kind, and a
 * fingerprint of what they mean.
 */
final class TileShape {

  /** Bins of one feature; profiles with more are refused. */
  private static final int MAX_BINS = NumericProfile.MAX_BINS;

  private static final int MAX_ID = 256;

  /** All bins together: 16 MB of counts. */
  private static final int MAX_TOTAL = 2 << 20;

  private final int version;
  private final String profileId;
  private final long fingerprint;
  private final FeatureKind[] kinds;
  private final int[] bins;

  /** Where the counts of each feature begin; one more entry for the end. */
  private final int[] offsets;

  private final boolean sketches;

  /**
   * @param version of the stored form: says what the fingerprint is one of
   */
  TileShape(
      int version,
      String profileId,
      long fingerprint,
      FeatureKind[] kinds,
      int[] bins,
      boolean sketches) {
    this.version = version;
    this.profileId = profileId;
    this.fingerprint = fingerprint;
    this.kinds = kinds;
    this.bins = bins;
    this.sketches = sketches;
    offsets = new int[bins.length + 1];
    for (int i = 0; i < bins.length; i++) {
      offsets[i + 1] = offsets[i] + bins[i];
    }
    if (total() > MAX_TOTAL) {
      throw new IllegalArgumentException(total() + " bins in all, at most " + MAX_TOTAL);
    }
  }

  int version() {
    return version;
  }

  String profileId() {
    return profileId;
  }

  long fingerprint() {
    return fingerprint;
  }

  int size() {
    return kinds.length;
  }

  FeatureKind kind(int feature) {
    return kinds[feature];
  }

  boolean numeric(int feature) {
    return kinds[feature] == FeatureKind.NUMERIC;
  }

  /** Bins of a numeric feature; words and one for all others of a categorical one. */
  int bins(int feature) {
    return bins[feature];
  }

  int offset(int feature) {
    return offsets[feature];
  }

  int total() {
    return offsets[bins.length];
  }

  boolean sketches() {
    return sketches;
  }

  /**
   * Whether counts of both may be added up. Fingerprints of two versions cannot be compared: there
   * the profile's id speaks for what it says, which never changes. Sketches are something beside.
   */
  boolean fits(TileShape other) {
    return (other.version != version || other.fingerprint == fingerprint)
        && other.profileId.equals(profileId)
        && Arrays.equals(other.bins, bins)
        && Arrays.equals(other.kinds, kinds);
  }

  /** That of a sum: of the newer version, and with sketches only where both parts have them. */
  TileShape plus(TileShape other) {
    TileShape newer = other.version > version ? other : this;
    return sketches && other.sketches ? newer : newer.withoutSketches();
  }

  TileShape withoutSketches() {
    return sketches ? new TileShape(version, profileId, fingerprint, kinds, bins, false) : this;
  }

  void write(DataOutput out) throws IOException {
    byte[] id = profileId.getBytes(StandardCharsets.UTF_8);
    Varints.writeUnsigned(out, id.length);
    out.write(id);
    out.writeLong(fingerprint);
    out.writeBoolean(sketches);
    Varints.writeUnsigned(out, kinds.length);
    for (int i = 0; i < kinds.length; i++) {
      Varints.writeUnsigned(out, (long) bins[i] * FeatureKind.CODES + kinds[i].code());
    }
  }

  static TileShape read(DataInput in, int version) throws IOException {
    byte[] id = new byte[Varints.readIndex(in, 4 * MAX_ID, "profile id of so many bytes:")];
    in.readFully(id);
    long fingerprint = in.readLong();
    boolean sketches = in.readBoolean();
    int size = Varints.readIndex(in, BaselineProfile.MAX_FEATURES, "number of features");
    FeatureKind[] kinds = new FeatureKind[size];
    int[] bins = new int[size];
    long total = 0;
    for (int i = 0; i < size; i++) {
      int both = Varints.readIndex(in, (MAX_BINS + 1) * FeatureKind.CODES - 1, "bins and kind");
      kinds[i] = FeatureKind.ofCode(both % FeatureKind.CODES);
      bins[i] = both / FeatureKind.CODES;
      total += bins[i];
      if (bins[i] == 0 || total > MAX_TOTAL) {
        throw new IOException("feature " + i + " with " + bins[i] + " bins");
      }
    }
    return new TileShape(
        version, new String(id, StandardCharsets.UTF_8), fingerprint, kinds, bins, sketches);
  }
}
