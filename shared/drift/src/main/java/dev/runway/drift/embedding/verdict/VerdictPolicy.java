package dev.runway.drift.embedding.verdict;

import dev.runway.drift.embedding.EmbeddingMetric;
import dev.runway.drift.embedding.EmbeddingReading.Gap;
import dev.runway.drift.embedding.StabilityReport;
import dev.runway.drift.embedding.verdict.Verdict.Reason;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When a new version is compatible. Neighbours and eigenspaces are shares of what the baseline pair
 * has; CKA, cosines and lengths are judged as they are.
 *
 * <p>Neighbours and eigenspaces decide, for in published experiments it is they that go with the
 * harm done downstream (Spearman 0.64 to 0.94 over five tasks and four methods); the cosine after
 * rotation does not (0.10 to 0.75), so it only tells a rotation from a loss. A mean hides a few
 * items that lost everything, so their share is judged beside it.
 */
public final class VerdictPolicy {
  /** Rises with every change of what follows from a report, so that it is told anew. */
  public static final int REVISION = 4;

  /** Of the overlap, and of what the eigenspaces agree in. */
  private static final double STABLE_SHARE = 0.9;

  private static final double MINOR_SHARE = 0.75;
  private static final double STABLE_CKA = 0.95;

  /** Raw cosine below which coordinates have moved. */
  private static final double MOVED = 0.9;

  /** Aligned cosine from which on a rotation brings them back. */
  private static final double ALIGNED = 0.95;

  /** Ratio of the mean lengths. */
  private static final double SHORTEST = 0.8;

  private static final double LONGEST = 1.25;

  /** Share of the vectors that may become unusable. */
  private static final double UNUSABLE = 0.01;

  /** Share of single items that may lose what the others keep, above that of the baseline pair. */
  private static final double FEW_LOST = 0.01;

  private static final double MANY_LOST = 0.05;

  /** Of the items that a version has; below it the others may be anything. */
  private static final double LEAST_COVERAGE = 0.9;

  private VerdictPolicy() {}

  static boolean isCovered(StabilityReport report) {
    Double coverage = report.value(EmbeddingMetric.COVERAGE);
    return coverage != null && coverage >= LEAST_COVERAGE && missing(report) <= MANY_LOST;
  }

  /**
   * Items that only the older version has, surely: whoever asks for one of them gets nothing. It
   * does not break, for they may be on their way.
   */
  private static double missing(StabilityReport report) {
    return more(report, EmbeddingMetric.MISSING_AFTER, 0);
  }

  /** A verdict for each way of consuming. */
  public static List<Verdict> judge(StabilityReport report, NoiseFloor floor) {
    return Arrays.stream(Consumption.values())
        .map(consumption -> judge(consumption, report, floor))
        .toList();
  }

  /**
   * The verdicts while the baseline pair has no floor: no noise of training explains another number
   * of dimensions or another length, and nothing else is decided.
   */
  public static List<Verdict> judgeWithoutFloor(StabilityReport report) {
    return judge(report, NoiseFloor.ideal()).stream()
        .map(
            verdict ->
                switch (verdict.reason()) {
                  case NOT_USED,
                      DIMENSIONS,
                      UNUSABLE_VECTORS,
                      NORMS,
                      TOO_FEW_PAIRS,
                      FAILED,
                      TOO_WIDE,
                      NO_SPREAD ->
                      verdict;
                  case COVERAGE ->
                      verdict.compatibility() == Compatibility.UNDECIDED
                          ? verdict
                          : withoutFloor(verdict);
                  case AS_BASELINE,
                      NEIGHBOURS,
                      EIGENSPACE,
                      SOME_ITEMS,
                      CKA,
                      ROTATION,
                      COORDINATES,
                      DEAD_DIMENSIONS,
                      NO_FLOOR,
                      OTHER_SAMPLE ->
                      withoutFloor(verdict);
                })
        .toList();
  }

  private static Verdict withoutFloor(Verdict verdict) {
    return undecided(verdict.consumption(), Reason.NO_FLOOR);
  }

  /** The verdict for one way of consuming. */
  public static Verdict judge(Consumption consumption, StabilityReport report, NoiseFloor floor) {
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

  private static Verdict minor(Consumption consumption, Reason reason) {
    return new Verdict(consumption, Compatibility.MINOR, reason);
  }

  private static Verdict undecided(Consumption consumption, Reason reason) {
    return new Verdict(consumption, Compatibility.UNDECIDED, reason);
  }

  /** Of a consumer to whom a rotation means nothing. */
  private static Verdict ofSimilarities(
      Consumption consumption, StabilityReport report, NoiseFloor floor, boolean lengthsMatter) {
    if (becameUnusable(report)) {
      return breaking(consumption, Reason.UNUSABLE_VECTORS);
    }
    Double overlap = report.value(EmbeddingMetric.KNN_OVERLAP);
    Double cka = report.value(EmbeddingMetric.CKA_DEBIASED);
    if (overlap == null || cka == null) {
      return withoutMeasure(
          consumption,
          report,
          overlap == null ? EmbeddingMetric.KNN_OVERLAP : EmbeddingMetric.CKA_DEBIASED);
    }
    if (!isCovered(report)) {
      return undecided(consumption, Reason.COVERAGE);
    }
    if (!floor.isComparable(report)) {
      return undecided(consumption, Reason.OTHER_SAMPLE);
    }
    if (lengthsMatter && !lengthsAgree(report)) {
      return breaking(consumption, Reason.NORMS);
    }
    if (overlap < MINOR_SHARE * floor.overlap()) {
      return breaking(consumption, Reason.NEIGHBOURS);
    }
    double lost =
        Math.max(
            more(report, EmbeddingMetric.KNN_LOST, floor.neighboursLost()),
            lengthsMatter ? more(report, EmbeddingMetric.NORM_CHANGED, floor.normsChanged()) : 0);
    if (lost > MANY_LOST) {
      return breaking(consumption, Reason.SOME_ITEMS);
    }
    Double instability = report.value(EmbeddingMetric.EIGENSPACE_INSTABILITY);
    if (instability == null) {
      return withoutMeasure(consumption, report, EmbeddingMetric.EIGENSPACE_INSTABILITY);
    }
    double agreement = (1 - instability) / (1 - floor.instability());
    if (agreement < MINOR_SHARE) {
      return breaking(consumption, Reason.EIGENSPACE);
    }
    if (overlap < STABLE_SHARE * floor.overlap()) {
      return minor(consumption, Reason.NEIGHBOURS);
    }
    if (lost > FEW_LOST) {
      return minor(consumption, Reason.SOME_ITEMS);
    }
    if (agreement < STABLE_SHARE) {
      return minor(consumption, Reason.EIGENSPACE);
    }
    if (cka < STABLE_CKA) {
      return minor(consumption, Reason.CKA);
    }
    if (missing(report) > FEW_LOST) {
      return minor(consumption, Reason.COVERAGE);
    }
    return new Verdict(consumption, Compatibility.STABLE, Reason.AS_BASELINE);
  }

  private static boolean lengthsAgree(StabilityReport report) {
    double ratio = needed(report, EmbeddingMetric.NORM_RATIO);
    return ratio >= SHORTEST && ratio <= LONGEST;
  }

  /** How far a share of single items surely is above that of the baseline pair. */
  private static double more(StabilityReport report, EmbeddingMetric share, double most) {
    Double low = report.reading(share).low();
    return low == null ? 0 : low - most;
  }

  private static Verdict withoutMeasure(
      Consumption consumption, StabilityReport report, EmbeddingMetric missing) {
    Gap gap = report.reading(missing).gap();
    if (gap != Gap.UNDEFINED) {
      return undecided(consumption, reason(gap));
    }
    boolean collapsed =
        needed(report, EmbeddingMetric.DEAD_DIMENSIONS_AFTER) == report.dimensionsAfter()
            && needed(report, EmbeddingMetric.DEAD_DIMENSIONS_BEFORE) < report.dimensionsBefore();
    return collapsed
        ? breaking(consumption, Reason.NO_SPREAD)
        : undecided(consumption, Reason.NO_SPREAD);
  }

  private static Reason reason(@Nullable Gap gap) {
    if (gap == Gap.TOO_FEW_PAIRS) {
      return Reason.TOO_FEW_PAIRS;
    }
    return gap == Gap.TOO_WIDE ? Reason.TOO_WIDE : Reason.FAILED;
  }

  private static Verdict ofCoordinates(StabilityReport report, NoiseFloor floor) {
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
    double dimensions = moved(report, EmbeddingMetric.DIMENSIONS_MOVED, floor);
    double lost =
        Math.max(
            more(report, EmbeddingMetric.RAW_COSINE_LOST, floor.cosinesLost()),
            more(report, EmbeddingMetric.ITEMS_MOVED, floor.itemsMoved()));
    if (needed(report, EmbeddingMetric.RAW_COSINE) < MOVED
        || Math.max(dimensions, lost) > MANY_LOST) {
      return ofMoved(report, floor);
    }
    if (verdict.compatibility() == Compatibility.MINOR) {
      return verdict;
    }
    if (lost > FEW_LOST) {
      return minor(coordinates, Reason.SOME_ITEMS);
    }
    boolean died =
        needed(report, EmbeddingMetric.DEAD_DIMENSIONS_AFTER)
            > needed(report, EmbeddingMetric.DEAD_DIMENSIONS_BEFORE);
    if (died) {
      return minor(coordinates, Reason.DEAD_DIMENSIONS);
    }
    return dimensions > FEW_LOST ? minor(coordinates, Reason.COORDINATES) : verdict;
  }

  /** How far the share of dimensions that do not agree is above that of the baseline pair. */
  private static double moved(StabilityReport report, EmbeddingMetric share, NoiseFloor floor) {
    return needed(report, share) - floor.dimensionsMoved();
  }

  private static Verdict ofMoved(StabilityReport report, NoiseFloor floor) {
    Double cosine = report.value(EmbeddingMetric.ALIGNED_COSINE);
    if (cosine == null) {
      return withoutMeasure(Consumption.COORDINATES, report, EmbeddingMetric.ALIGNED_COSINE);
    }
    if (cosine < ALIGNED) {
      return breaking(Consumption.COORDINATES, Reason.COORDINATES);
    }
    double lost =
        Math.max(
            more(report, EmbeddingMetric.ALIGNED_COSINE_LOST, floor.cosinesLost()),
            more(report, EmbeddingMetric.ALIGNED_ITEMS_MOVED, floor.itemsMoved()));
    if (lost > MANY_LOST) {
      return breaking(Consumption.COORDINATES, Reason.SOME_ITEMS);
    }
    return moved(report, EmbeddingMetric.ALIGNED_DIMENSIONS_MOVED, floor) > MANY_LOST
        ? breaking(Consumption.COORDINATES, Reason.COORDINATES)
        : new Verdict(Consumption.COORDINATES, Compatibility.ROTATED, Reason.ROTATION);
  }

  /** Whether it is certain that more of the newer version's vectors are NaN, infinite or zero. */
  private static boolean becameUnusable(StabilityReport report) {
    Double high = report.reading(EmbeddingMetric.UNUSABLE_BEFORE).high();
    Double low = report.reading(EmbeddingMetric.UNUSABLE_AFTER).low();
    return high != null && low != null && low > high + UNUSABLE;
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
