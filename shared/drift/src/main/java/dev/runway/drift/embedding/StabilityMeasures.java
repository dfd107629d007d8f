package dev.runway.drift.embedding;

import static dev.runway.drift.embedding.EmbeddingMetric.*;

import dev.runway.drift.embedding.EmbeddingReading.Gap;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.ejml.data.DMatrixRMaj;
import org.jspecify.annotations.Nullable;

/** Makes a {@link StabilityReport} of what is known of the pairs so far. */
public final class StabilityMeasures {
  /**
   * Matrices at once: 2 of the sums (two triangles and the cross products), 6 of the moments, 3 of
   * the eigenspaces and 4 while a gradient of theirs is made.
   */
  private static final long MATRICES = 15;

  /** Of the pairs that errors are measured on: as they are, whitened, and multiplied. */
  private static final long ERROR_ROWS = 3;

  /** Of all sampled pairs: as they are and rotated, beside those that errors are measured on. */
  private static final long ALL_ROWS = 2;

  private final PairSums sums;
  private final PairSample sample;
  private final StabilityOptions options;
  private final Map<EmbeddingMetric, EmbeddingReading> readings =
      new EnumMap<>(EmbeddingMetric.class);
  private final long n;

  /** Items that came in both versions, usable or not. */
  private final long came;

  private final ItemCounts items;

  private StabilityMeasures(PairStatistics statistics, ItemCounts items, StabilityOptions options) {
    sums = statistics.sums();
    sample = statistics.sample();
    this.options = options;
    n = sums.pairs();
    came = n + sums.unusablePairs();
    this.items = items.atLeast(came);
  }

  /**
   * Computes all measures; the time is cubic in the dimensions.
   *
   * @param items that each version has, those without a pair too
   */
  public static StabilityReport of(
      PairStatistics statistics, ItemCounts items, StabilityOptions options) {
    return new StabilityMeasures(statistics, items, options).report();
  }

  /** What can be told of pairs whose measures cannot be computed: how many there are. */
  public static StabilityReport failed(
      PairStatistics statistics, ItemCounts items, StabilityOptions options) {
    StabilityMeasures measures = new StabilityMeasures(statistics, items, options);
    measures.shares();
    return measures.report(null, Gap.FAILED);
  }

  /**
   * What can be told of pairs that are not compared at all, for {@link #bytes} is more than there
   * is: how many there are.
   *
   * @param pairs items with a vector in both versions
   */
  public static StabilityReport tooWide(
      int dimensionsBefore,
      int dimensionsAfter,
      long pairs,
      ItemCounts items,
      StabilityOptions options) {
    Map<EmbeddingMetric, EmbeddingReading> readings = new EnumMap<>(EmbeddingMetric.class);
    for (EmbeddingMetric metric : EmbeddingMetric.values()) {
      readings.put(metric, EmbeddingReading.missing(metric, pairs, Gap.TOO_WIDE));
    }
    ItemCounts all = items.atLeast(pairs);
    readings.put(COVERAGE, EmbeddingReading.share(COVERAGE, pairs, all.most()));
    readings.put(
        MISSING_AFTER, EmbeddingReading.share(MISSING_AFTER, all.before() - pairs, all.before()));
    return new StabilityReport(
        pairs,
        0,
        dimensionsBefore,
        dimensionsAfter,
        0,
        options.neighbours(),
        Collections.unmodifiableMap(readings),
        null);
  }

  /**
   * Memory that a comparison takes at most, its sums included: matrices of the dimensions, and rows
   * of sampled pairs.
   *
   * @param sampleCapacity items among which neighbours are looked for
   */
  public static long bytes(
      int dimensionsBefore, int dimensionsAfter, int sampleCapacity, StabilityOptions options) {
    long widest = Math.max(dimensionsBefore, dimensionsAfter);
    long both = (long) dimensionsBefore + dimensionsAfter;
    long rows = Math.max(ERROR_ROWS * options.errorPairs(), ALL_ROWS * (long) sampleCapacity);
    return MATRICES * Double.BYTES * widest * widest
        + Float.BYTES * both * sampleCapacity
        + Double.BYTES * both * rows;
  }

  private StabilityReport report() {
    shares();
    neighbours();
    @Nullable DMatrixRMaj rotation = null;
    if (n >= 2) {
      PairMoments moments = new PairMoments(sums);
      SampleRows rows = SampleRows.of(sample.before(), sample.after(), options.errorPairs());
      rawCosine();
      normRatio();
      put(Tails.cosinesLost(RAW_COSINE_LOST, Tails.cosines(sample)));
      put(Tails.normsChanged(sample));
      centroids(moments);
      anisotropy(rows);
      deadDimensions(moments);
      Coordinates coordinates = new Coordinates(moments);
      moved(coordinates);
      if (n >= options.minPairs()) {
        cka(moments, rows);
      }
      if (n >= perDimension()) {
        // First what takes most memory, while there is no rotation yet.
        eigenspace(moments, rows);
        rotation = procrustes(moments, rows, coordinates);
        spread(moments, rows);
      }
    }
    return report(rotation, Gap.TOO_FEW_PAIRS);
  }

  private StabilityReport report(@Nullable DMatrixRMaj rotation, Gap gap) {
    for (EmbeddingMetric metric : EmbeddingMetric.values()) {
      readings.computeIfAbsent(metric, missing -> EmbeddingReading.missing(missing, n, gap));
    }
    return new StabilityReport(
        n,
        sums.unusablePairs(),
        sums.dimensionsBefore(),
        sums.dimensionsAfter(),
        sample.size(),
        options.neighbours(),
        Collections.unmodifiableMap(readings),
        rotation);
  }

  private long perDimension() {
    int widest = Math.max(sums.dimensionsBefore(), sums.dimensionsAfter());
    return (long) options.minPairsPerDimension() * widest;
  }

  private void put(EmbeddingMetric metric, double value, double se, double min, double max) {
    readings.put(metric, EmbeddingReading.of(metric, value, se, min, max, n));
  }

  private void put(EmbeddingReading reading) {
    readings.put(reading.metric(), reading);
  }

  private void undefined(EmbeddingMetric... metrics) {
    for (EmbeddingMetric metric : metrics) {
      put(EmbeddingReading.missing(metric, n, Gap.UNDEFINED));
    }
  }

  private void shares() {
    put(EmbeddingReading.share(NOT_FINITE_BEFORE, sums.before().notFinite, came));
    put(EmbeddingReading.share(NOT_FINITE_AFTER, sums.after().notFinite, came));
    put(EmbeddingReading.share(ZERO_BEFORE, sums.before().zero, came));
    put(EmbeddingReading.share(ZERO_AFTER, sums.after().zero, came));
    put(EmbeddingReading.share(UNUSABLE_BEFORE, sums.before().unusable(), came));
    put(EmbeddingReading.share(UNUSABLE_AFTER, sums.after().unusable(), came));
    put(EmbeddingReading.share(COVERAGE, came, items.most()));
    put(EmbeddingReading.share(MISSING_AFTER, items.before() - came, items.before()));
  }

  private void neighbours() {
    if (sample.size() < options.minPairs()) {
      return;
    }
    Neighbours found =
        Neighbours.of(sample.before(), sample.after(), options.queries(), options.neighbours());
    put(EmbeddingReading.mean(KNN_OVERLAP, found.overlaps(), 0, 1));
    put(EmbeddingReading.mean(KNN_JACCARD, found.jaccards(), 0, 1));
    put(Tails.neighboursLost(found.overlaps()));
  }

  private void rawCosine() {
    double mean = sums.cosines() / n;
    double variance = Math.max(0, sums.cosineSquares() / n - mean * mean);
    put(RAW_COSINE, mean, Math.sqrt(variance / (n - 1)), -1, 1);
  }

  private void normRatio() {
    double meanX = sums.before().norms / n;
    double meanY = sums.after().norms / n;
    double ratio = meanY / meanX;
    // Of y - ratio x, whose mean is 0.
    double variance =
        (sums.after().squares()
                - 2 * ratio * sums.normProducts()
                + ratio * ratio * sums.before().squares())
            / n;
    double se = Math.sqrt(Math.max(0, variance) / (n - 1)) / meanX;
    put(NORM_RATIO, ratio, se, 0, Double.MAX_VALUE);
  }

  private void centroids(PairMoments moments) {
    Centroids centroids = new Centroids(moments);
    put(CENTROID_DISTANCE, centroids.distance(), centroids.distanceError(), 0, Double.MAX_VALUE);
    put(CENTROID_COSINE, centroids.cosine(), centroids.cosineError(), -1, 1);
  }

  private void anisotropy(SampleRows rows) {
    anisotropy(ANISOTROPY_BEFORE, sums.before().units, rows.x());
    anisotropy(ANISOTROPY_AFTER, sums.after().units, rows.y());
  }

  private void anisotropy(EmbeddingMetric metric, double[] units, DMatrixRMaj rows) {
    double se = Spread.anisotropyError(units, n, rows);
    put(metric, Spread.anisotropy(units, n), se, -1, 1);
  }

  private void deadDimensions(PairMoments moments) {
    int before = Spread.deadDimensions(moments.xx, moments.centredXx);
    int after = Spread.deadDimensions(moments.yy, moments.centredYy);
    put(EmbeddingReading.exact(DEAD_DIMENSIONS_BEFORE, before, n));
    put(EmbeddingReading.exact(DEAD_DIMENSIONS_AFTER, after, n));
  }

  private void moved(Coordinates coordinates) {
    if (sums.dimensionsBefore() != sums.dimensionsAfter()) {
      undefined(DIMENSIONS_MOVED, ITEMS_MOVED);
      return;
    }
    put(shareOfDimensions(DIMENSIONS_MOVED, coordinates.dimensionsMoved()));
    SampleRows all = allRows();
    long moved = coordinates.itemsMoved(all.x(), all.y());
    put(EmbeddingReading.share(ITEMS_MOVED, moved, all.size()));
  }

  private EmbeddingReading shareOfDimensions(EmbeddingMetric metric, int dimensions) {
    return EmbeddingReading.exact(metric, (double) dimensions / sums.dimensionsAfter(), n);
  }

  private SampleRows allRows() {
    return SampleRows.of(sample.before(), sample.after(), sample.size());
  }

  private void cka(PairMoments moments, SampleRows rows) {
    if (moments.isWithoutSpread()) {
      undefined(CKA, CKA_DEBIASED);
      return;
    }
    Cka cka = Cka.of(moments);
    double se = cka.standardError(moments, rows);
    put(CKA, cka.plain(), se, 0, 1);
    put(CKA_DEBIASED, cka.debiased(), se, -1, 1);
  }

  private DMatrixRMaj procrustes(PairMoments moments, SampleRows rows, Coordinates coordinates) {
    Procrustes procrustes = Procrustes.of(moments);
    double se = procrustes.standardError(moments, rows);
    put(PROCRUSTES_RESIDUAL, procrustes.normalisedResidual(), se, 0, 2);
    SampleRows all = allRows();
    double[] cosines = procrustes.cosines(all);
    Arrays.sort(cosines);
    put(EmbeddingReading.mean(ALIGNED_COSINE, cosines, -1, 1));
    put(Tails.cosinesLost(ALIGNED_COSINE_LOST, cosines));
    put(EmbeddingReading.quantile(ALIGNED_COSINE_P01, cosines, 0.01));
    put(EmbeddingReading.quantile(ALIGNED_COSINE_P05, cosines, 0.05));
    put(EmbeddingReading.quantile(ALIGNED_COSINE_P50, cosines, 0.50));
    DMatrixRMaj rotation = procrustes.rotation();
    int dimensions = coordinates.dimensionsMoved(rotation);
    put(shareOfDimensions(ALIGNED_DIMENSIONS_MOVED, dimensions));
    long moved = coordinates.itemsMoved(procrustes.rotated(all.x()), all.y());
    put(EmbeddingReading.share(ALIGNED_ITEMS_MOVED, moved, all.size()));
    return rotation;
  }

  private void eigenspace(PairMoments moments, SampleRows rows) {
    Eigenspace eigenspace = Eigenspace.of(moments);
    SampleRows whitened = eigenspace.whitened(rows);
    double instability = eigenspace.instabilityError(n, whitened);
    put(EIGENSPACE_INSTABILITY, eigenspace.instability(), instability, 0, 1);
    put(EIGENSPACE_OVERLAP, eigenspace.overlap(), eigenspace.overlapError(n, whitened), 0, 1);
  }

  private void spread(PairMoments moments, SampleRows rows) {
    if (moments.isWithoutSpread()) {
      undefined(
          EFFECTIVE_RANK_BEFORE,
          EFFECTIVE_RANK_AFTER,
          PARTICIPATION_RATIO_BEFORE,
          PARTICIPATION_RATIO_AFTER);
      return;
    }
    SampleRows centred = rows.less(moments.meanX, moments.meanY);
    spread(EFFECTIVE_RANK_BEFORE, PARTICIPATION_RATIO_BEFORE, moments.centredXx, centred.x());
    spread(EFFECTIVE_RANK_AFTER, PARTICIPATION_RATIO_AFTER, moments.centredYy, centred.y());
  }

  private void spread(
      EmbeddingMetric rank, EmbeddingMetric ratio, DMatrixRMaj products, DMatrixRMaj rows) {
    Spread spread = Spread.of(products);
    int most = products.numRows;
    put(rank, spread.effectiveRank(), spread.effectiveRankError(n, rows), 1, most);
    put(ratio, spread.participationRatio(), spread.participationRatioError(n, rows), 1, most);
  }
}
