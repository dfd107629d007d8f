package dev.runway.drift.tile;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.CategoricalProfile;
import dev.runway.drift.profile.FeatureProfile;
import dev.runway.drift.profile.NumericProfile;

/**
 * A hash of all that gives the counts of a tile their meaning, and of nothing else: names, kinds,
 * edges and vocabularies, and in which steps from where values are added up. FNV-1a of numbers and
 * characters, never of a document: who wrote the profile, and in which form, must not matter. Part
 * of stored tiles: never changed.
 */
final class Fingerprint {
  private long hash = 0xcbf29ce484222325L;

  private Fingerprint() {}

  static long of(BaselineProfile profile, double[] centre, double[] stepsPerUnit) {
    Fingerprint all = new Fingerprint();
    all.add(profile.precision().name());
    all.add(profile.features().size());
    for (int i = 0; i < profile.features().size(); i++) {
      FeatureProfile feature = profile.features().get(i);
      all.add(feature.name());
      all.add(feature.kind().code());
      if (feature instanceof NumericProfile numeric) {
        double[] edges = numeric.fineEdges().toArray();
        all.add(edges.length);
        for (double edge : edges) {
          all.add(edge);
        }
        all.add(centre[i]);
        all.add(stepsPerUnit[i]);
      } else if (feature instanceof CategoricalProfile categorical) {
        all.add(categorical.words().size());
        categorical.words().forEach(all::add);
      }
    }
    return all.hash;
  }

  /**
   * The same with the wide edges, which tiles know nothing of: of counts that were added up to wide
   * bins.
   *
   * @param fine the hash that {@link #of} gave
   */
  static long withWideEdges(long fine, BaselineProfile profile) {
    Fingerprint all = new Fingerprint();
    all.add(fine, Long.BYTES);
    for (FeatureProfile feature : profile.features()) {
      if (feature instanceof NumericProfile numeric) {
        all.add(numeric.edges().size());
        for (double edge : numeric.edges().toArray()) {
          all.add(edge);
        }
      }
    }
    return all.hash;
  }

  private void add(String text) {
    add(text.length());
    for (int i = 0; i < text.length(); i++) {
      add(text.charAt(i), 2);
    }
  }

  private void add(double value) {
    // Adding 0 makes -0.0 the 0.0 that it equals.
    add(Double.doubleToLongBits(value + 0.0), 8);
  }

  private void add(int value) {
    add(value, 4);
  }

  private void add(long value, int bytes) {
    for (int i = 0; i < bytes; i++) {
      hash = (hash ^ ((value >>> (8 * i)) & 0xff)) * 0x100000001b3L;
    }
  }
}
