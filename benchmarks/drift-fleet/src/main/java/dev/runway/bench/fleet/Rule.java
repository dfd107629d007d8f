package dev.runway.bench.fleet;

import dev.runway.drift.distribution.BinnedShares;
import dev.runway.drift.distribution.Edges;
import dev.runway.drift.distribution.Smoothing;
import dev.runway.drift.distribution.WeightedSample;
import dev.runway.drift.profile.CategoricalProfile;
import dev.runway.drift.profile.FeatureProfile;
import dev.runway.drift.profile.NumericProfile;
import dev.runway.drift.reading.FeatureDrift;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.DoubleStream;
import org.apache.datasketches.kll.KllFloatsSketch;
import org.jspecify.annotations.Nullable;

/** What flags a feature of a window. */
public enum Rule {
  RUNWAY("Runway", "ours") {
    @Override
    Set<String> flagged(Seen seen) {
      return seen.verdict().flaggedNames();
    }
  },
  KNOWN_SEASONS("Runway, what may be a season of a young version left out", "ours") {
    @Override
    Set<String> flagged(Seen seen) {
      Set<String> names = seen.verdict().flaggedNames();
      names.removeAll(seen.verdict().seasonUnknown());
      return names;
    }
  },
  NO_PERSISTENCE("Runway, one window is enough", "ours") {
    @Override
    Set<String> flagged(Seen seen) {
      return seen.verdict().flaggedNames();
    }

    @Override
    boolean persists() {
      return false;
    }
  },
  NO_SEASON("Runway without last week", "ours") {
    @Override
    Set<String> flagged(Seen seen) {
      return names(seen.verdict().report().flagged());
    }
  },
  NO_DISPERSION("Runway as if all events were independent", "ours") {
    @Override
    Set<String> flagged(Seen seen) {
      Set<String> names = names(seen.scorer().score(seen.layout(), seen.tile()).flagged());
      names.removeAll(seen.verdict().excused().keySet());
      return names;
    }
  },
  FIXED("PSI > 0.2", "peer") {
    @Override
    Set<String> flagged(Seen seen) {
      return above(seen, i -> psi(seen, i, Smoothing.JEFFREYS));
    }
  },
  EPSILON("PSI > 0.2, empty bins count as 0.0001", "peer") {
    @Override
    Set<String> flagged(Seen seen) {
      return above(seen, i -> psi(seen, i, EPSILON_SMOOTHING));
    }
  },
  EQUAL_WIDTH("PSI > 0.2, bins of equal width", "peer") {
    @Override
    Set<String> flagged(Seen seen) {
      return above(seen, i -> equalWidth(seen, i));
    }
  },
  SKETCH_UNION("PSI > 0.2, at the quantiles of both sketches", "peer") {
    @Override
    Set<String> flagged(Seen seen) {
      return above(seen, i -> sketchUnion(seen, i));
    }
  },
  FIXED_ALONE("PSI > 0.2, each window by itself", "peer") {
    @Override
    Set<String> flagged(Seen seen) {
      return FIXED.flagged(seen);
    }

    @Override
    boolean widens() {
      return false;
    }

    @Override
    boolean persists() {
      return false;
    }
  },
  EPSILON_ALONE("PSI > 0.2, empty bins count as 0.0001, each window by itself", "peer") {
    @Override
    Set<String> flagged(Seen seen) {
      return EPSILON.flagged(seen);
    }

    @Override
    boolean widens() {
      return false;
    }

    @Override
    boolean persists() {
      return false;
    }
  };

  static final double FIXED_THRESHOLD = 0.2;
  static final Smoothing EPSILON_SMOOTHING = Smoothing.epsilon(1e-4);
  private static final int DECILES = 10;

  private final String title;
  private final String kind;

  Rule(String title, String kind) {
    this.title = title;
    this.kind = kind;
  }

  /** For people. */
  public String title() {
    return title;
  }

  /** Ours or peer. */
  public String kind() {
    return kind;
  }

  /** Features of a window that the rule flags. */
  abstract Set<String> flagged(Seen seen);

  /** Whether it is run without the other rules too. */
  boolean always() {
    return this == RUNWAY || this == KNOWN_SEASONS;
  }

  /** Whether it takes earlier windows in where one has few predictions. */
  boolean widens() {
    return true;
  }

  /** Whether it takes several windows in a row to raise an alarm. */
  boolean persists() {
    return true;
  }

  private static Set<String> names(Iterable<FeatureDrift> features) {
    Set<String> names = new TreeSet<>();
    features.forEach(feature -> names.add(feature.feature()));
    return names;
  }

  /** PSI of a feature; null where it is not known. */
  private interface Psi {
    @Nullable Double of(int feature);
  }

  private static Set<String> above(Seen seen, Psi psi) {
    Set<String> names = new TreeSet<>();
    for (int i = 0; i < seen.layout().size(); i++) {
      Double value = psi.of(i);
      if (value != null && value > FIXED_THRESHOLD) {
        names.add(seen.layout().profile().features().get(i).name());
      }
    }
    return names;
  }

  private static @Nullable Double psi(Seen seen, int feature, Smoothing smoothing) {
    if (seen.counts().n(feature) == 0) {
      return null;
    }
    return psiOf(reference(seen, feature), seen.counts().counts(feature), smoothing);
  }

  static double psiOf(long[] reference, long[] current, Smoothing smoothing) {
    return BinnedShares.of(reference, current, smoothing).psi();
  }

  private static long[] reference(Seen seen, int feature) {
    FeatureProfile profile = seen.layout().profile().features().get(feature);
    if (profile instanceof NumericProfile numeric) {
      return numeric.counts();
    }
    CategoricalProfile words = (CategoricalProfile) profile;
    long[] counts = Arrays.copyOf(words.counts(), words.counts().length + 1);
    counts[words.counts().length] = words.other();
    return counts;
  }

  /** Numbers only; of words there is no width. */
  private static @Nullable Double equalWidth(Seen seen, int feature) {
    FeatureProfile profile = seen.layout().profile().features().get(feature);
    EqualWidth.Counts reference = seen.equalWidthReference();
    EqualWidth.Counts current = seen.equalWidth();
    if (!(profile instanceof NumericProfile) || reference == null || current == null) {
      return psi(seen, feature, EPSILON_SMOOTHING);
    }
    return psiOf(reference.bins()[feature], current.bins()[feature], EPSILON_SMOOTHING);
  }

  /** Both sketches are asked for their shares between the deciles of both. */
  private static @Nullable Double sketchUnion(Seen seen, int feature) {
    FeatureProfile profile = seen.layout().profile().features().get(feature);
    KllFloatsSketch current = seen.tile().sketch(feature);
    if (!(profile instanceof NumericProfile numeric)) {
      return psi(seen, feature, EPSILON_SMOOTHING);
    }
    KllFloatsSketch reference = numeric.quantiles();
    if (reference == null || current == null || current.isEmpty()) {
      return null;
    }
    return psiOfUnion(WeightedSample.of(reference), WeightedSample.of(current));
  }

  static double psiOfUnion(WeightedSample before, WeightedSample now) {
    double[] edges =
        DoubleStream.concat(deciles(before), deciles(now)).sorted().distinct().toArray();
    Edges bins = Edges.of(edges);
    return psiOf(before.count(bins), now.count(bins), EPSILON_SMOOTHING);
  }

  private static DoubleStream deciles(WeightedSample sample) {
    double[] deciles = new double[DECILES - 1];
    Arrays.setAll(deciles, i -> sample.quantile((i + 1.0) / DECILES));
    return Arrays.stream(deciles);
  }
}
