package dev.runway.drift.reading;

import dev.runway.drift.distribution.BinnedKurtosis;
import dev.runway.drift.distribution.BinnedShares;
import dev.runway.drift.distribution.ContingencyTest;
import dev.runway.drift.distribution.PsiTest;
import dev.runway.drift.distribution.SketchError;
import dev.runway.drift.distribution.Smoothing;
import dev.runway.drift.distribution.WeightedSample;
import dev.runway.drift.performance.Interval;
import dev.runway.drift.profile.CategoricalProfile;
import dev.runway.drift.profile.CategoricalProfile.Unseen;
import dev.runway.drift.profile.FeatureProfile;
import dev.runway.drift.profile.NumericProfile;
import dev.runway.drift.profile.OtherWords;
import dev.runway.drift.reading.FeatureDrift.Status;
import dev.runway.drift.statistics.CentralMoments;
import dev.runway.drift.statistics.MeanShift;
import dev.runway.drift.statistics.TwoProportions;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.datasketches.kll.KllFloatsSketch;
import org.jspecify.annotations.Nullable;

/** Makes the readings of one feature from its evidence. */
final class FeatureReadings {

  static final String PSI_DEBIASED = "psi_debiased";
  static final String MISSING_CHANGE = "missing_change";

  /** Chance that a reference lacks any word of a share at which its lack is called none. */
  private static final double LACKED_BY_CHANCE = 0.001;

  /** Chance of a new word to be taken for a known one from which on that may be of any one. */
  private static final double MISTAKEN_BY_CHANCE = 0.01;

  /** Rows of a word in bundles of like ones from which on it is not one user's of many rows. */
  private static final double LEAST_BUNDLES = 12;

  /** Words that are named. */
  private static final int NAMED_WORDS = 3;

  /** Characters of a word that is named: three of them and their counts fit into a signal. */
  private static final int LONGEST_WORD = 40;

  /** Values that a bin of a table must let expect on both sides. */
  private static final double LEAST_EXPECTED = 5;

  private final DriftPolicy policy;
  private final Evidence evidence;
  private final Tile tile;
  private final TileLayout countedBy;
  private final Readings out;

  FeatureReadings(
      DriftPolicy policy, String baselineId, Evidence evidence, Tile tile, TileLayout countedBy) {
    this.policy = policy;
    this.evidence = evidence;
    this.tile = tile;
    this.countedBy = countedBy;
    Contrast contrast = evidence.contrast();
    out =
        new Readings(
            evidence.profile().name(),
            baselineId,
            contrast == null ? DriftReading.EXACT : contrast.method());
  }

  /**
   * All readings.
   *
   * @param index of the feature among the verdicts
   */
  FeatureDrift read(Verdicts warning, Verdicts critical, double missingQ, int index) {
    PsiTest psi = evidence.psi();
    Contrast contrast = evidence.contrast();
    if (psi != null && contrast != null) {
      psi(psi, contrast.psiError(), warning, critical, index);
      psiWithNull(contrast);
      distances(contrast);
      if (evidence.profile() instanceof NumericProfile numeric) {
        numeric(numeric);
      } else if (evidence.profile() instanceof CategoricalProfile words) {
        categorical(words);
      }
    }
    missing(missingQ);
    types();
    return out.drift(evidence.status());
  }

  private void psi(PsiTest psi, double error, Verdicts warning, Verdicts critical, int index) {
    double q = warning.q()[index];
    Severity severity =
        !(q <= policy.level())
            ? Severity.NONE
            : critical.q()[index] <= policy.level() ? Severity.CRITICAL : Severity.WARNING;
    Interval interval = psi.interval();
    out.add(
        "psi",
        psi.psi(),
        evidence.n(),
        psi.se(),
        null,
        null,
        error,
        psi.degrees() == 0 ? null : psi.threshold(policy.warning(), warning.cut()),
        psi.pMaterial(policy.warning()),
        q,
        severity);
    out.add(
        PSI_DEBIASED,
        psi.debiased(),
        evidence.n(),
        psi.se(),
        interval.low(),
        interval.high(),
        error,
        null,
        null,
        null,
        severity);
  }

  /**
   * PSI with one bin more, of the rows without a value. It decides nothing, so that a broken join
   * shows as missing and not as drift.
   */
  private void psiWithNull(Contrast contrast) {
    FeatureProfile profile = evidence.profile();
    int feature = evidence.feature();
    BinnedShares shares =
        BinnedShares.of(
            with(contrast.reference(), profile.missing() + profile.mistyped()),
            with(contrast.current(), tile.missing(feature) + tile.mistyped(feature)),
            Smoothing.JEFFREYS);
    PsiTest test = PsiTest.of(shares, evidence.reference(), evidence.current());
    out.value("psi_with_null", test.psi(), shares.m(), test.se(), contrast.psiError());
  }

  private static long[] with(long[] counts, long more) {
    long[] all = Arrays.copyOf(counts, counts.length + 1);
    all[counts.length] = more;
    return all;
  }

  private void distances(Contrast contrast) {
    BinnedShares smoothed = contrast.smoothed();
    double scale = evidence.scale();
    double psiError = contrast.psiError();
    long n = evidence.n();
    // For small drift each is a fixed part of PSI, and so is its error.
    out.value(
        "kl",
        smoothed.klCurrentReference(),
        n,
        scale * smoothed.klCurrentReferenceStandardError(),
        psiError / 2);
    out.value(
        "kl_ref_cur",
        smoothed.klReferenceCurrent(),
        n,
        scale * smoothed.klReferenceCurrentStandardError(),
        psiError / 2);
    out.value(
        "js",
        smoothed.jensenShannon(),
        n,
        scale * smoothed.jensenShannonStandardError(),
        psiError / 8);
    out.value(
        "hellinger",
        smoothed.hellinger(),
        n,
        scale * smoothed.hellingerStandardError(),
        Math.sqrt(psiError / 8));
    BinnedShares raw = BinnedShares.of(contrast.reference(), contrast.current(), Smoothing.NONE);
    double bins = contrast.rankError() * raw.bins();
    out.value("tvd", raw.totalVariation(), n, scale * raw.totalVariationStandardError(), bins);
    out.value(
        "linf", raw.lInfinity(), n, scale * raw.lInfinityStandardError(), 2 * contrast.rankError());
    ContingencyTest table = ContingencyTest.of(contrast.reference(), contrast.current());
    out.value(
        "cramers_v", table.cramersVCorrected(), n, scale * table.cramersVStandardError(), bins);
    independence(contrast);
  }

  /**
   * Whether anything changed at all, over bins that expect five values each, as the law of both
   * statistics wants it. They decide nothing: with many values something always did.
   */
  private void independence(Contrast contrast) {
    long[][] collapsed =
        ContingencyTest.collapse(contrast.reference(), contrast.current(), LEAST_EXPECTED);
    if (collapsed[0].length < 2) {
      return;
    }
    ContingencyTest table = ContingencyTest.of(collapsed[0], collapsed[1]);
    double dispersion = evidence.scale() * evidence.scale();
    // A rank error moves each bin by two of it at most, however the others move.
    boolean exact = contrast.rankError() == 0;
    out.statistic(
        "chi_square", table.chiSquare(), evidence.n(), table.pChiSquare(dispersion), exact);
    out.statistic("g", table.g(), evidence.n(), table.pG(dispersion), exact);
  }

  private void numeric(NumericProfile profile) {
    long[] fine = evidence.currentCounts();
    if (fine != null) {
      kolmogorovSmirnov(profile, fine);
      outOfRange(profile, fine);
    }
    moments(profile);
    wasserstein(profile);
  }

  private void kolmogorovSmirnov(NumericProfile profile, long[] fine) {
    BinnedShares shares = BinnedShares.of(profile.fineCounts(), fine, Smoothing.NONE);
    double distance = shares.kolmogorovSmirnov();
    double[] reference = shares.reference();
    double[] current = shares.current();
    double widest = 0;
    for (int i = 0; i < reference.length; i++) {
      widest = Math.max(widest, Math.min(reference[i], current[i]));
    }
    double p =
        WeightedSample.kolmogorovSmirnovP(
            distance,
            shares.n() / evidence.reference().all(),
            shares.m() / evidence.current().all());
    double se = evidence.scale() * shares.kolmogorovSmirnovStandardError();
    double half = Interval.Z * se;
    out.add(
        "ks",
        distance,
        evidence.n(),
        se,
        Math.max(0, distance - half),
        // The true distance is above that of the bins, by the mass of one at most.
        Math.min(1, distance + half + widest),
        widest,
        null,
        p,
        null,
        Severity.NONE);
  }

  /**
   * The outermost fine bins are those beyond the reference's range. Infinite values are in them
   * too, but are no range: they have a signal of their own, which knows how many the reference has.
   */
  private void outOfRange(NumericProfile profile, long[] fine) {
    if (fine.length < 3) {
      return;
    }
    long beyond = fine[0] + fine[fine.length - 1] - tile.infinite(evidence.feature());
    double share = (double) beyond / evidence.n();
    double expected = 2.0 / (profile.n() - profile.infinite() + 1);
    out.share(
        "out_of_range",
        share,
        evidence.n(),
        evidence.dispersion(),
        expected + policy.newMass(),
        massSeverity(share, expected));
  }

  /** Judges a mass that should hardly be there by the lower end of its interval. */
  private Severity massSeverity(double share, double expected) {
    return excess(low(share), expected);
  }

  private double low(double share) {
    return Interval.wilson(share, evidence.n() / evidence.dispersion()).low();
  }

  private Severity excess(double low, double expected) {
    return low > expected + 10 * policy.newMass()
        ? Severity.CRITICAL
        : low > expected + policy.newMass() ? Severity.WARNING : Severity.NONE;
  }

  private void moments(NumericProfile profile) {
    CentralMoments reference = profile.moments();
    CentralMoments current = tile.moments(evidence.feature(), countedBy);
    if (current.n() == 0) {
      return;
    }
    long n = current.n();
    // A mean moves along a shift, and so does its scatter.
    double scatter = Math.sqrt(evidence.current().shift());
    out.value(
        "mean", current.mean(), n, n < 2 ? null : scatter * Math.sqrt(current.variance() / n), 0);
    if (n < 2) {
      return;
    }
    // What the error of a mean says of it holds for independent rows alone.
    double kurtosis = kurtosis(current);
    double deviation = Math.sqrt(current.variance());
    double ofItself = Math.sqrt(evidence.dispersion() * Math.max(0, kurtosis + 2) / n) / 2;
    out.value("stddev", deviation, n, deviation * ofItself, 0);
    if (reference.n() < 2 || !(reference.variance() > 0)) {
      return;
    }
    MeanShift shift = MeanShift.of(reference, current);
    double scale = evidence.scale();
    out.value("smd", shift.smd(), n, scale * shift.smdSe(), 0);
    // Var(ln s^2) is about (excess kurtosis + 2) / n, and each side has its own kurtosis.
    double before = reference.kurtosisExcess();
    if (Double.isNaN(before)) {
      before =
          BinnedKurtosis.excess(
              profile.fineEdges(),
              profile.fineCounts(),
              profile.min(),
              profile.max(),
              reference.mean());
    }
    double variance = Math.max(0, before + 2) / reference.n() + Math.max(0, kurtosis + 2) / n;
    out.value(
        "log_variance_ratio", Math.log(shift.varianceRatio()), n, scale * Math.sqrt(variance), 0);
  }

  /** From the fine bins the tile was counted in: it keeps no fourth powers. */
  private double kurtosis(CentralMoments current) {
    int feature = evidence.feature();
    NumericProfile counted = (NumericProfile) countedBy.profile().features().get(feature);
    return BinnedKurtosis.excess(
        counted.fineEdges(),
        tile.counts(feature),
        tile.min(feature),
        tile.max(feature),
        current.mean());
  }

  /** Only where both sides have a sketch: the ends of bins are too rough for it. */
  private void wasserstein(NumericProfile profile) {
    KllFloatsSketch reference = profile.quantiles();
    @Nullable KllFloatsSketch current = tile.sketch(evidence.feature());
    double sd = Math.sqrt(profile.moments().variance());
    // Values that no float holds are in neither sketch.
    if (reference == null || reference.isEmpty() || current == null || current.isEmpty()) {
      return;
    }
    if (!(sd > 0)) {
      return;
    }
    WeightedSample before = WeightedSample.of(reference);
    WeightedSample now = WeightedSample.of(current);
    double distance = WeightedSample.wasserstein(before, now);
    double width =
        Math.max(profile.max(), tile.max(evidence.feature()))
            - Math.min(profile.min(), tile.min(evidence.feature()));
    double ranks = SketchError.kllRank(reference.getK()) + SketchError.kllRank(current.getK());
    double error = ranks * width / sd;
    double value = distance / sd;
    out.estimate(
        "w1_norm",
        value,
        current.getN(),
        null,
        Math.max(0, value - error),
        value + error,
        error,
        "KLL_" + current.getK());
    trimmed(before, now, sd, reference, current);
  }

  /**
   * The same without the outermost hundredth on either side, which of a heavy tail would decide
   * alone. A quantile is off by what lies within the error of its rank.
   */
  private void trimmed(
      WeightedSample before,
      WeightedSample now,
      double sd,
      KllFloatsSketch reference,
      KllFloatsSketch current) {
    double value = WeightedSample.trimmedWasserstein(before, now) / sd;
    double error =
        WeightedSample.trimmedWassersteinError(
                before,
                SketchError.kllRank(reference.getK()),
                now,
                SketchError.kllRank(current.getK()))
            / sd;
    out.estimate(
        "w1_trimmed",
        value,
        current.getN(),
        null,
        Math.max(0, value - error),
        value + error,
        error,
        "KLL_" + current.getK());
  }

  private void categorical(CategoricalProfile profile) {
    long[] counts = evidence.currentCounts();
    if (counts != null) {
      double outside = (double) counts[counts.length - 1] / evidence.n();
      Predicate<String> unnamed = word -> !profile.words().contains(word);
      if (!profile.open()) {
        newWords(profile, outside, 0, DriftReading.EXACT, unnamed);
      } else {
        // What is new is named where it is told apart.
        @Nullable String named = profile.tellsNewWords() ? null : words(unnamed);
        out.share("other", outside, evidence.n(), evidence.dispersion(), named);
        filtered(profile);
      }
    }
    distinct();
    distinctRatio(profile);
  }

  /** Of an open vocabulary: by the filter of the words that the reference had beside it. */
  private void filtered(CategoricalProfile profile) {
    int feature = evidence.feature();
    OtherWords others = profile.others();
    // Tiles that were counted for another profile know what is new to that one.
    boolean own = countedBy.profile().features().get(feature).equals(profile);
    long rows = tile.newWords(feature);
    if (others == null || !others.tells() || !own || rows < 0) {
      return;
    }
    double share = (double) rows / evidence.n();
    double outside = (double) tile.counts(feature)[profile.words().size()] / evidence.n();
    double mistaken = others.mistaken();
    double found = Math.min(outside, share / (1 - mistaken));
    // Words are mistaken and not rows, so a single one may be all that is outside and not called
    // new; but where that happens to less than one word of a hundred, it is not taken to be.
    double error = mayHide(others) ? outside - share : found - share;
    newWords(
        profile,
        found,
        error,
        DriftReading.WORD_FILTER,
        word -> Boolean.TRUE.equals(countedBy.isNew(feature, word)));
  }

  private void newWords(
      CategoricalProfile profile,
      double share,
      double error,
      String method,
      Predicate<String> isNew) {
    double bundle = bundle();
    Unseen unseen = profile.unseen(bundle);
    // The reference is a sample, too: what it lacks by chance is in every window from then on.
    double half = Math.hypot(share - low(share), Interval.Z * unseen.standardError());
    Severity ofMass = excess(share - half, unseen.share());
    Severity ofWords = excess(low(surelyNew(isNew, (double) profile.n(), bundle)), 0);
    boolean byWords = ofWords.compareTo(ofMass) > 0;
    out.share(
        "new_category",
        share,
        evidence.n(),
        evidence.dispersion(),
        error,
        (byWords ? 0 : unseen.share()) + policy.newMass(),
        byWords ? ofWords : ofMass,
        method,
        words(isNew, profile.others()));
  }

  /**
   * Rows of the training set that come together, as those of one user do: as measured, or where
   * nobody did, as those of now.
   */
  private double bundle() {
    FeatureProfile profile = evidence.profile();
    double scatter =
        profile.dispersion().windows() > 0 ? profile.dispersion().factor() : evidence.dispersion();
    // A scatter that was measured is bounded as well, for a profile of before may hold seasons.
    return Math.max(1, Math.min(scatter, DriftScorer.mostBundle(profile)));
  }

  /**
   * Share of the new words that are named and each too frequent to be lacking in the reference by
   * chance: in a long tail much may be unseen, but no word of such a share.
   *
   * @param rows of the reference, which come in bundles of like ones, as the window's do
   */
  private double surelyNew(Predicate<String> isNew, double rows, double bundle) {
    double draws = Math.max(1, rows / bundle);
    // There are 1 / p words of the share p at most, each of which lacks with exp(-p draws).
    double least = Math.log(draws / LACKED_BY_CHANCE) / draws;
    long sum = 0;
    for (Map.Entry<String, Long> word : tile.strangers(evidence.feature()).entrySet()) {
      double share = (double) word.getValue() / evidence.n();
      boolean ofMany = word.getValue() >= LEAST_BUNDLES * bundle;
      sum += ofMany && isNew.test(word.getKey()) && low(share) > least ? word.getValue() : 0;
    }
    return (double) sum / evidence.n();
  }

  private static boolean mayHide(OtherWords others) {
    return others.mistaken() > MISTAKEN_BY_CHANCE;
  }

  /** What is new, and how often it is missed where that is often. */
  private @Nullable String words(Predicate<String> isNew, @Nullable OtherWords others) {
    String named = words(isNew);
    if (others == null || !others.tells() || !mayHide(others)) {
      return named;
    }
    double mistaken = 100 * others.mistaken();
    String missed = String.format(Locale.ROOT, "%.2g %% of new words are missed", mistaken);
    return named == null ? missed : named + "; " + missed;
  }

  /** The most frequent words outside of the vocabulary, with their counts or the limits of them. */
  private @Nullable String words(Predicate<String> wanted) {
    long error = tile.strangersError(evidence.feature());
    String named =
        tile.strangers(evidence.feature()).entrySet().stream()
            .filter(entry -> wanted.test(entry.getKey()))
            .sorted(
                Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .limit(NAMED_WORDS)
            .map(
                entry ->
                    shown(entry.getKey())
                        + (error == 0
                            ? " " + entry.getValue()
                            : " %d to %d".formatted(entry.getValue(), entry.getValue() + error)))
            .collect(Collectors.joining(", "));
    return named.isEmpty() ? null : named;
  }

  /** A word may hold anything: here only what every table and terminal takes. */
  private static String shown(String word) {
    StringBuilder shown = new StringBuilder();
    word.codePoints()
        .limit(LONGEST_WORD)
        .map(
            c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE ? '?' : c)
        .forEach(shown::appendCodePoint);
    return word.codePointCount(0, word.length()) > LONGEST_WORD ? shown + "..." : shown.toString();
  }

  /**
   * How many different words there are, over how many as many independent rows of the reference
   * have on average; with fewer rows there are fewer words. It decides nothing. Users who send many
   * events with one word make fewer words of as many rows, and so do a night and two weekdays of
   * seven, without any drift; words that are missing are in the shares, whose test knows how they
   * scatter.
   */
  private void distinctRatio(CategoricalProfile profile) {
    double[] expected = profile.distinctOf(evidence.n());
    double counting = tile.distinctError(evidence.feature());
    if (expected == null || !(expected[0] > 0) || !Double.isFinite(counting)) {
      return;
    }
    double ratio = tile.distinct(evidence.feature()) / expected[0];
    double sampling = evidence.dispersion() * expected[1];
    double se = Math.sqrt(counting * counting + sampling) / expected[0];
    out.ratio(
        "distinct_ratio",
        ratio,
        evidence.n(),
        se,
        Interval.Z * counting / expected[0],
        DriftReading.RAREFACTION);
  }

  private void distinct() {
    double value = tile.distinct(evidence.feature());
    double se = tile.distinctError(evidence.feature());
    if (se == 0) {
      // In the words of the vocabulary alone, whatever the bins were made of.
      out.estimate("distinct", value, evidence.n(), null, value, value, 0, DriftReading.EXACT);
      return;
    }
    boolean bounded = Double.isFinite(se);
    double half = Interval.Z * se;
    out.estimate(
        "distinct",
        value,
        evidence.n(),
        bounded ? se : null,
        // Where it is unbounded, the words that were told apart at least.
        bounded ? Math.max(0, value - half) : value,
        bounded ? value + half : null,
        half,
        DriftReading.LINEAR_COUNTING);
  }

  private void missing(double q) {
    TwoProportions missing = evidence.missing();
    if (missing == null) {
      return;
    }
    double delta = missing.delta();
    // As of a distribution, small changes are everywhere: the question is whether it is material.
    Severity severity =
        !(q <= policy.level())
            ? Severity.NONE
            : Math.abs(delta) < policy.missingCritical() ? Severity.WARNING : Severity.CRITICAL;
    double half = Interval.Z * missing.se();
    out.add(
        MISSING_CHANGE,
        delta,
        tile.events(),
        missing.se(),
        delta - half,
        delta + half,
        0,
        policy.missingWarning(),
        missing.pMaterial(policy.missingWarning()),
        q,
        severity);
    out.share(
        "missing", missing.current(), tile.events(), evidence.dispersion(), null, Severity.NONE);
  }

  /** Values of another type and infinite ones, more than the reference has. */
  private void types() {
    if (tile.events() < policy.minimum()) {
      return;
    }
    double rows = (double) Math.max(1, evidence.profile().rows());
    double mistyped = (double) tile.mistyped(evidence.feature()) / tile.events();
    shareOfEvents("wrong_type", mistyped, evidence.profile().mistyped() / rows);
    if (evidence.profile() instanceof NumericProfile profile
        && evidence.status() != Status.NO_BASELINE) {
      double infinite = (double) tile.infinite(evidence.feature()) / tile.events();
      shareOfEvents("infinite", infinite, profile.infinite() / rows);
    }
  }

  private void shareOfEvents(String metric, double share, double expected) {
    double low = Interval.wilson(share, tile.events() / evidence.dispersion()).low();
    Severity severity =
        low > expected + 10 * policy.newMass()
            ? Severity.CRITICAL
            : low > expected + policy.newMass() ? Severity.WARNING : Severity.NONE;
    out.share(
        metric, share, tile.events(), evidence.dispersion(), expected + policy.newMass(), severity);
  }
}
