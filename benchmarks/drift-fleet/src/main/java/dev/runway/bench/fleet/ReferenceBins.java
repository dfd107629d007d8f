package dev.runway.bench.fleet;

import dev.runway.drift.distribution.Edges;
import dev.runway.drift.profile.CategoricalProfile;
import dev.runway.drift.profile.FeatureProfile;
import dev.runway.drift.profile.NumericProfile;
import java.util.List;

/** The bin of a value in a profile: by edge, or by word. */
interface ReferenceBins {

  int count();

  int bin(double value);

  static ReferenceBins of(FeatureProfile feature) {
    return feature instanceof NumericProfile numeric
        ? new ByEdge(numeric.edges())
        : new ByWord(((CategoricalProfile) feature).words());
  }

  /** Of a numeric feature. */
  record ByEdge(Edges edges) implements ReferenceBins {
    @Override
    public int count() {
      return edges.bins();
    }

    @Override
    public int bin(double value) {
      return edges.bin(value);
    }
  }

  /** Of a feature of words, and last of all words that are not known. */
  record ByWord(List<String> words) implements ReferenceBins {
    @Override
    public int count() {
      return words.size() + 1;
    }

    @Override
    public int bin(double value) {
      int known = words.indexOf(Traffic.word(value));
      return known >= 0 ? known : words.size();
    }
  }
}
