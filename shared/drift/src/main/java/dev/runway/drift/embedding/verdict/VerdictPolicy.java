package dev.runway.drift.embedding.verdict;

import dev.runway.drift.embedding.EmbeddingMetric;
import dev.runway.drift.embedding.EmbeddingReading.Gap;
import dev.runway.drift.embedding.StabilityReport;
import dev.runway.drift.embedding.verdict.Verdict.Reason;
import java.util.Arrays;
import java.util.List;

/**
 * When a new version is compatible. All but the range of lengths are shares of what the baseline
 * pair has.
 *
 * <p>The neighbours decide, for in published experiments their overlap is what goes with the harm
 * done downstream (Spearman 0.64 to 0.94 over five tasks and four methods); the cosine after
 * rotation is not (0.10 to 0.75), so it only tells a rotation from a loss.
 *
 * @param stableOverlap overlap from which on a version is stable
 * @param minorOverlap overlap below which it is breaking
 * @param stableCka CKA from which on it is stable
 * @param moved raw cosine below which coordinates have moved, as a share of the aligned cosine of
 *     the baseline pair
 * @param aligned aligned cosine from which on a rotation brings them back
 * @param shortest least ratio of mean lengths
 * @param longest greatest ratio of mean lengths
 * @param unusable share of vectors that may become unusable
 */
public record VerdictPolicy(
    double stableOverlap,
    double minorOverlap,
    double stableCka,
    double moved,
    double aligned,
    double shortest,
    double longest,
    double unusable) {

  /** Checks the order of the thresholds. */
  public VerdictPolicy {
    if (!(minorOverlap > 0 && minorOverlap <= stableOverlap && stableCka > 0)
        || !(moved > 0 && aligned > 0 && shortest > 0 && shortest < longest && unusable >= 0)) {
      throw new IllegalArgumentException(
          "overlap %s and %s, CKA %s, cosines %s and %s, lengths %s to %s, unusable %s"
              .formatted(
                  stableOverlap,
                  minorOverlap,
                  stableCka,
                  moved,
                  aligned,
                  shortest,
                  longest,
                  unusable));
    }
  }

  /** Overlap 0.9 and 0.75, CKA 0.95, cosines 0.9 and 0.95, lengths 0.8 to 1.25, unusable 1 %. */
  public static VerdictPolicy standard() {
    return new VerdictPolicy(0.9, 0.75, 0.95, 0.9, 0.95, 0.8, 1.25, 0.01);
  }

  /** A verdict for each way of consuming. */
  public List<Verdict> judge(StabilityReport report, NoiseFloor floor) {
    return Arrays.stream(Consumption.values())
        .map(consumption -> judge(consumption, report, floor))
        .toList();
  }

  /**
   * The verdicts while the baseline pair has no floor: no noise of training explains another number
   * of dimensions or another length, and nothing else is decided.
   */
  public List<Verdict> judgeWithoutFloor(StabilityReport report) {
    return judge(report, NoiseFloor.ideal()).stream()
        .map(
            verdict ->
                switch (verdict.reason()) {
                  case NOT_USED, DIMENSIONS, UNUSABLE_VECTORS, NORMS, TOO_FEW_PAIRS, NO_SPREAD ->
                      verdict;
                  case AS_BASELINE,
                      NEIGHBOURS,
                      CKA,
                      ROTATION,
                      COORDINATES,
                      DEAD_DIMENSIONS,
                      NO_FLOOR,
                      OTHER_SAMPLE ->
                      new Verdict(verdict.consumption(), Compatibility.UNDECIDED, Reason.NO_FLOOR);
                })
        .toList();
  }

  /** The verdict for one way of consuming. */
  public Verdict judge(Consumption consumption, StabilityReport report, NoiseFloor floor) {
    return switch (consumption) {
      case DATA_ONLY -> new Verdict(consumption, Compatibility.STABLE, Reason.NOT_USED);
      case PREDICTION -> ofSimilarities(consumption, report, floor, false);
      case SIMILARITY -> ofSimilarities(consumption, report, floor, true);
      case COORDINATES -> ofCoordinates(report, floor);
    };
  }

  private static Verdict breaking(Consumption consumption, Reason reason) {
    return new Verdict(consumption, Compatibility.BREAKING, reason);
  }

  /** Of a consumer to whom a rotation means nothing. */
  private Verdict ofSimilarities(
      Consumption consumption, StabilityReport report, NoiseFloor floor, boolean lengthsMatter) {
    if (becameUnusable(report)) {
      return breaking(consumption, Reason.UNUSABLE_VECTORS);
    }
    Double overlap = report.value(EmbeddingMetric.KNN_OVERLAP);
    Double cka = report.value(EmbeddingMetric.CKA_DEBIASED);
    if (overlap == null || cka == null) {
      EmbeddingMetric missing =
          overlap == null ? EmbeddingMetric.KNN_OVERLAP : EmbeddingMetric.CKA_DEBIASED;
      return withoutMeasure(consumption, report, missing);
    }
    if (!floor.isComparable(report)) {
      return new Verdict(consumption, Compatibility.UNDECIDED, Reason.OTHER_SAMPLE);
    }
    if (lengthsMatter && !lengthsAgree(report)) {
      return breaking(consumption, Reason.NORMS);
    }
    if (overlap < minorOverlap * floor.overlap()) {
      return breaking(consumption, Reason.NEIGHBOURS);
    }
    if (overlap < stableOverlap * floor.overlap()) {
      return new Verdict(consumption, Compatibility.MINOR, Reason.NEIGHBOURS);
    }
    if (cka < stableCka * floor.cka()) {
      return new Verdict(consumption, Compatibility.MINOR, Reason.CKA);
    }
    return new Verdict(consumption, Compatibility.STABLE, Reason.AS_BASELINE);
  }

  private boolean lengthsAgree(StabilityReport report) {
    double ratio = needed(report, EmbeddingMetric.NORM_RATIO);
    return ratio >= shortest && ratio <= longest;
  }

  private static Verdict withoutMeasure(
      Consumption consumption, StabilityReport report, EmbeddingMetric missing) {
    if (report.reading(missing).gap() == Gap.TOO_FEW_PAIRS) {
      return new Verdict(consumption, Compatibility.UNDECIDED, Reason.TOO_FEW_PAIRS);
    }
    boolean collapsed =
        needed(report, EmbeddingMetric.DEAD_DIMENSIONS_AFTER) == report.dimensionsAfter()
            && needed(report, EmbeddingMetric.DEAD_DIMENSIONS_BEFORE) < report.dimensionsBefore();
    return new Verdict(
        consumption,
        collapsed ? Compatibility.BREAKING : Compatibility.UNDECIDED,
        Reason.NO_SPREAD);
  }

  private Verdict ofCoordinates(StabilityReport report, NoiseFloor floor) {
    Consumption coordinates = Consumption.COORDINATES;
    if (report.dimensionsBefore() != report.dimensionsAfter()) {
      return breaking(coordinates, Reason.DIMENSIONS);
    }
    Verdict similar = judge(Consumption.SIMILARITY, report, floor);
    Verdict verdict = new Verdict(coordinates, similar.compatibility(), similar.reason());
    boolean settled =
        switch (verdict.compatibility()) {
          case UNDECIDED, BREAKING, ROTATED -> true;
          case STABLE, MINOR -> false;
        };
    if (settled) {
      return verdict;
    }
    if (needed(report, EmbeddingMetric.RAW_COSINE) < moved * floor.alignedCosine()) {
      return ofMoved(report, floor);
    }
    boolean died =
        needed(report, EmbeddingMetric.DEAD_DIMENSIONS_AFTER)
            > needed(report, EmbeddingMetric.DEAD_DIMENSIONS_BEFORE);
    return died ? new Verdict(coordinates, Compatibility.MINOR, Reason.DEAD_DIMENSIONS) : verdict;
  }

  private Verdict ofMoved(StabilityReport report, NoiseFloor floor) {
    Double cosine = report.value(EmbeddingMetric.ALIGNED_COSINE);
    if (cosine == null) {
      return withoutMeasure(Consumption.COORDINATES, report, EmbeddingMetric.ALIGNED_COSINE);
    }
    return cosine >= aligned * floor.alignedCosine()
        ? new Verdict(Consumption.COORDINATES, Compatibility.ROTATED, Reason.ROTATION)
        : breaking(Consumption.COORDINATES, Reason.COORDINATES);
  }

  /** Whether it is certain that more of the newer version's vectors are NaN, infinite or zero. */
  private boolean becameUnusable(StabilityReport report) {
    return rises(report, EmbeddingMetric.NOT_FINITE_BEFORE, EmbeddingMetric.NOT_FINITE_AFTER)
        || rises(report, EmbeddingMetric.ZERO_BEFORE, EmbeddingMetric.ZERO_AFTER);
  }

  private boolean rises(StabilityReport report, EmbeddingMetric before, EmbeddingMetric after) {
    Double high = report.reading(before).high();
    Double low = report.reading(after).low();
    return high != null && low != null && low > high + unusable;
  }

  /** A value that is there wherever there are two pairs. */
  private static double needed(StabilityReport report, EmbeddingMetric metric) {
    Double value = report.value(metric);
    if (value == null) {
      throw new IllegalArgumentException("a report without " + metric.code());
    }
    return value;
  }
}
