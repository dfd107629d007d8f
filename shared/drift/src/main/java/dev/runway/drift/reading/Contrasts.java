package dev.runway.drift.reading;

import dev.runway.drift.distribution.Edges;
import dev.runway.drift.distribution.SketchError;
import dev.runway.drift.distribution.WeightedSample;
import dev.runway.drift.profile.CategoricalProfile;
import dev.runway.drift.profile.FeatureProfile;
import dev.runway.drift.profile.NumericProfile;
import dev.runway.drift.tile.Tile;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntPredicate;
import org.apache.datasketches.kll.KllFloatsSketch;
import org.jspecify.annotations.Nullable;

/** Brings a tile's counts of a feature into the bins of a profile. */
final class Contrasts {

  /** A category must be expected this often to be a bin of its own. */
  private static final double LEAST_EXPECTED = 5;

  private Contrasts() {}

  /** Counts in the profile's own fine bins, added up to its wide ones. */
  static Contrast exact(NumericProfile profile, long[] fineCounts) {
    return new Contrast(
        profile.counts(),
        profile.fineEdges().fold(fineCounts, profile.edges()),
        0,
        DriftReading.EXACT);
  }

  /**
   * Counts in the fine bins of another profile. A cumulative count is exact where both have an
   * edge, and elsewhere interpolated within a fine bin, off by the bin's mass at most; where the
   * tile has a sketch whose error is less, that is asked.
   */
  static Contrast rebinned(NumericProfile profile, NumericProfile counted, Tile tile, int feature) {
    long[] fine = tile.counts(feature);
    double[] range = {tile.min(feature), tile.max(feature)};
    Edges edges = profile.edges();
    Rebinned interpolated = interpolate(fine, counted.fineEdges(), range, edges);
    @Nullable KllFloatsSketch sketch = tile.sketch(feature);
    double sketchError = SketchError.kllRank(Tile.SKETCH_K);
    if (sketch != null && !sketch.isEmpty() && sketchError < interpolated.rankError) {
      long[] current = WeightedSample.of(sketch).count(edges);
      return new Contrast(profile.counts(), current, sketchError, "KLL_" + sketch.getK());
    }
    String method = interpolated.rankError == 0 ? DriftReading.EXACT : DriftReading.FINE_BINS;
    return new Contrast(profile.counts(), interpolated.counts, interpolated.rankError, method);
  }

  private record Rebinned(long[] counts, double rankError) {}

  private static Rebinned interpolate(long[] fine, Edges fineEdges, double[] range, Edges edges) {
    long[] cumulative = fine.clone();
    Arrays.parallelPrefix(cumulative, Long::sum);
    long total = cumulative[cumulative.length - 1];
    long[] counts = new long[edges.bins()];
    long before = 0;
    double error = 0;
    for (int i = 0; i < edges.size(); i++) {
      double edge = edges.get(i);
      int bin = fineEdges.bin(edge);
      double upTo = bin == 0 ? 0 : cumulative[bin - 1];
      if (bin < fineEdges.size() && fineEdges.get(bin) == edge) {
        upTo = cumulative[bin];
      } else if (fine[bin] > 0) {
        double low = bin == 0 ? range[0] : Math.max(range[0], fineEdges.get(bin - 1));
        double high = bin == fineEdges.size() ? range[1] : Math.min(range[1], fineEdges.get(bin));
        double part = high > low ? (edge - low) / (high - low) : edge >= low ? 1 : 0;
        upTo += Math.max(0, Math.min(1, part)) * fine[bin];
        boolean inside = edge >= low && edge < high;
        error = Math.max(error, inside ? (double) fine[bin] / total : 0);
      }
      long rounded = Math.max(before, Math.round(upTo));
      counts[i] = rounded - before;
      before = rounded;
    }
    counts[edges.size()] = total - before;
    return new Rebinned(counts, error);
  }

  /**
   * Words that this many events let expect at least five times, and the rest as one bin: rarer
   * words, OTHER, NEW. Which words these are depends on the reference alone.
   */
  static Contrast categories(CategoricalProfile profile, long[] current) {
    long[] reference = Arrays.copyOf(profile.counts(), profile.counts().length + 1);
    reference[profile.counts().length] = profile.other();
    return categories(profile, current, reference, word -> true, DriftReading.EXACT);
  }

  /**
   * @param known words that may have a bin of their own
   */
  private static Contrast categories(
      CategoricalProfile profile,
      long[] current,
      long[] reference,
      IntPredicate known,
      String method) {
    double n = profile.n();
    double m = Arrays.stream(current).sum();
    long[] words = profile.counts();
    int kept = 0;
    long[] before = new long[words.length + 1];
    long[] now = new long[words.length + 1];
    long restBefore = reference[words.length];
    long restNow = current[words.length];
    for (int i = 0; i < words.length; i++) {
      if (known.test(i) && words[i] * m >= LEAST_EXPECTED * n) {
        before[kept] = reference[i];
        now[kept++] = current[i];
      } else {
        restBefore += reference[i];
        restNow += current[i];
      }
    }
    before[kept] = restBefore;
    now[kept] = restNow;
    return new Contrast(Arrays.copyOf(before, kept + 1), Arrays.copyOf(now, kept + 1), 0, method);
  }

  /** Two windows, both in wide bins or by word. */
  static Contrast windows(FeatureProfile profile, long[] current, long[] reference) {
    return profile instanceof CategoricalProfile words
        ? categories(words, current, reference, word -> true, DriftReading.EXACT)
        : new Contrast(reference, current, 0, DriftReading.EXACT);
  }

  /** A window in wide bins or by word, against the profile. */
  static Contrast baseline(FeatureProfile profile, long[] current) {
    return profile instanceof CategoricalProfile words
        ? categories(words, current)
        : new Contrast(((NumericProfile) profile).counts(), current, 0, DriftReading.EXACT);
  }

  /**
   * Counts of another vocabulary by the words of the profile, and last all others.
   *
   * @return null where a word of the profile may be among those that the tile has not told apart
   */
  static long @Nullable [] translated(
      CategoricalProfile profile, CategoricalProfile counted, Tile tile, int feature) {
    long[] counts = tile.counts(feature);
    Map<String, Long> strangers = tile.strangers(feature);
    long named = strangers.values().stream().mapToLong(Long::longValue).sum();
    boolean all = named == counts[counts.length - 1];
    if (!all && !counted.words().containsAll(profile.words())) {
      return null;
    }
    Map<String, Long> byWord = new HashMap<>(strangers);
    byWord.putAll(byWord(counted, counts));
    long[] translated = new long[profile.words().size() + 1];
    long rest = Arrays.stream(counts).sum();
    for (int i = 0; i < profile.words().size(); i++) {
      translated[i] = byWord.getOrDefault(profile.words().get(i), 0L);
      rest -= translated[i];
    }
    translated[profile.words().size()] = rest;
    return translated;
  }

  private static Map<String, Long> byWord(CategoricalProfile counted, long[] counts) {
    Map<String, Long> byWord = new HashMap<>();
    for (int i = 0; i < counted.words().size(); i++) {
      byWord.put(counted.words().get(i), counts[i]);
    }
    return byWord;
  }

  /**
   * Counts of another vocabulary by the words that both have. All others are one bin, those of the
   * profile as well: a word that the tile counted among others is not one that did not come.
   */
  static Contrast common(
      CategoricalProfile profile, CategoricalProfile counted, Tile tile, int feature) {
    Map<String, Long> byWord = byWord(counted, tile.counts(feature));
    int size = profile.words().size();
    long[] reference = Arrays.copyOf(profile.counts(), size + 1);
    reference[size] = profile.other();
    long[] current = new long[size + 1];
    current[size] = tile.n(feature);
    for (int i = 0; i < size; i++) {
      current[i] = byWord.getOrDefault(profile.words().get(i), 0L);
      current[size] -= current[i];
    }
    return categories(
        profile,
        current,
        reference,
        word -> byWord.containsKey(profile.words().get(word)),
        DriftReading.COMMON_WORDS);
  }
}
