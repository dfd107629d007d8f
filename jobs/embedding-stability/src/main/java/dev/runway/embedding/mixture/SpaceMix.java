package dev.runway.embedding.mixture;

import dev.runway.drift.performance.Interval;
import dev.runway.model.EmbeddingMixture.Mixing;
import dev.runway.model.EmbeddingMixture.Share;
import dev.runway.model.EmbeddingMixture.VersionShare;
import dev.runway.model.Limits;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * On which versions of one space the predictions of a window rest. Mergeable in any order while
 * there are at most {@link Limits#MAX_MIXED_VERSIONS} versions; of more, those with the lowest
 * names are told apart. Mutable and not thread safe.
 */
final class SpaceMix {
  private final WeightedCount all = new WeightedCount();

  /** Predictions that rest on two versions or more. */
  private final WeightedCount within = new WeightedCount();

  private final TreeMap<String, WeightedCount> byVersion = new TreeMap<>();

  void add(Set<String> versions, double weight) {
    all.add(weight);
    if (versions.size() > 1) {
      within.add(weight);
    }
    for (String version : versions) {
      byVersion.computeIfAbsent(version, v -> new WeightedCount()).add(weight);
    }
    bound();
  }

  private void bound() {
    while (byVersion.size() > Limits.MAX_MIXED_VERSIONS) {
      byVersion.pollLastEntry();
    }
  }

  void merge(SpaceMix other) {
    all.merge(other.all);
    within.merge(other.within);
    other.byVersion.forEach(
        (version, count) ->
            byVersion.computeIfAbsent(version, v -> new WeightedCount()).merge(count));
    bound();
  }

  long predictions() {
    return all.count;
  }

  Share within() {
    return share(within);
  }

  /** The most used first; of equal ones the lower name. */
  List<VersionShare> versions() {
    return byVersion.entrySet().stream()
        .sorted(
            Comparator.<Map.Entry<String, WeightedCount>>comparingDouble(
                    each -> -each.getValue().weight)
                .thenComparing(Map.Entry::getKey))
        .map(each -> new VersionShare(each.getKey(), share(each.getValue())))
        .toList();
  }

  private Share share(WeightedCount part) {
    // Rounding must not make more of a part than there is.
    double share = Math.min(1, part.weight / all.weight);
    Interval interval = Interval.wilson(share, all.effective());
    return new Share(part.count, share, interval.low(), interval.high());
  }

  /** What it is for sure: by the lower ends of the intervals. */
  Mixing mixing(double threshold) {
    if (within().low() > threshold) {
      return Mixing.WITHIN;
    }
    List<VersionShare> versions = versions();
    // Of many versions each may have few, and all of them together more than the threshold. Where
    // some are not told apart, the one that most rest on may be among these.
    double others =
        byVersion.size() < Limits.MAX_MIXED_VERSIONS
            ? 1 - versions.get(0).share().high()
            : versions.get(1).share().low();
    return others > threshold ? Mixing.ACROSS : Mixing.NONE;
  }

  void write(DataOutputView out) throws IOException {
    all.write(out);
    within.write(out);
    out.writeShort(byVersion.size());
    for (Map.Entry<String, WeightedCount> each : byVersion.entrySet()) {
      out.writeUTF(each.getKey());
      each.getValue().write(out);
    }
  }

  static SpaceMix read(DataInputView in) throws IOException {
    SpaceMix mix = new SpaceMix();
    mix.all.merge(WeightedCount.read(in));
    mix.within.merge(WeightedCount.read(in));
    for (int left = in.readUnsignedShort(); left > 0; left--) {
      mix.byVersion.put(in.readUTF(), WeightedCount.read(in));
    }
    return mix;
  }
}
