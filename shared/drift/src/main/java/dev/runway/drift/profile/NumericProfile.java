package dev.runway.drift.profile;

import dev.runway.drift.distribution.Edges;
import dev.runway.drift.distribution.Overdispersion;
import dev.runway.drift.statistics.CentralMoments;
import java.util.Arrays;
import java.util.Objects;
import org.apache.datasketches.kll.KllFloatsSketch;
import org.jspecify.annotations.Nullable;

/**
 * A numeric feature. Decisions use the wide bins; the fine bins, into which each wide one is cut,
 * serve the Kolmogorov-Smirnov distance, the range, and a comparison with other wide bins.
 *
 * <p>The outermost fine bins are beyond the reference's minimum and maximum and so are empty in it.
 *
 * @param infinite rows with an infinite value; they are in the end bins too
 * @param edges of the wide bins, on which drift is decided
 * @param fineEdges of the fine bins; contain {@code edges}
 * @param fineCounts rows by fine bin, one more than fine edges
 * @param min least finite value; 0 where there is none
 * @param max largest finite value; 0 where there is none
 * @param moments of the finite values, but for those above 2^240, whose powers no double holds
 * @param sketch image of a {@code KllFloatsSketch} of the finite values; empty where none is kept
 * @param inControl PSI of windows without drift; null where nobody measured it
 */
public record NumericProfile(
    String name,
    long missing,
    long mistyped,
    long infinite,
    Edges edges,
    Edges fineEdges,
    long[] fineCounts,
    double min,
    double max,
    CentralMoments moments,
    byte[] sketch,
    Overdispersion dispersion,
    @Nullable InControl inControl)
    implements FeatureProfile {

  /** Without windows in control. */
  public NumericProfile(
      String name,
      long missing,
      long mistyped,
      long infinite,
      Edges edges,
      Edges fineEdges,
      long[] fineCounts,
      double min,
      double max,
      CentralMoments moments,
      byte[] sketch,
      Overdispersion dispersion) {
    this(
        name,
        missing,
        mistyped,
        infinite,
        edges,
        fineEdges,
        fineCounts,
        min,
        max,
        moments,
        sketch,
        dispersion,
        null);
  }

  /** Fine bins: what a tile takes of one feature. */
  public static final int MAX_BINS = 8192;

  /** Checks that the counts fit the edges and one another. */
  public NumericProfile {
    if (fineEdges.bins() > MAX_BINS) {
      throw new IllegalArgumentException(
          fineEdges.bins() + " fine bins, must be at most " + MAX_BINS);
    }
    if (fineCounts.length != fineEdges.bins()) {
      throw new IllegalArgumentException(
          fineCounts.length + " fine counts for " + fineEdges.bins() + " fine bins");
    }
    long n = RowCounts.sum(fineCounts);
    RowCounts.sum(n, missing, mistyped);
    if (infinite < 0 || infinite > n) {
      throw new IllegalArgumentException(
          "%d infinite values among %d values".formatted(infinite, n));
    }
    // Throws where an edge is not among the fine ones.
    fineEdges.fold(fineCounts, edges);
  }

  /** A feature of which nothing is known: one bin, no rows. */
  static NumericProfile blank(String name) {
    return new NumericProfile(
        name,
        0,
        0,
        0,
        Edges.of(),
        Edges.of(),
        new long[1],
        0,
        0,
        CentralMoments.EMPTY,
        new byte[0],
        Overdispersion.UNKNOWN);
  }

  @Override
  public FeatureKind kind() {
    return FeatureKind.NUMERIC;
  }

  @Override
  public long n() {
    return Arrays.stream(fineCounts).sum();
  }

  /** Rows by wide bin. */
  public long[] counts() {
    return fineEdges.fold(fineCounts, edges);
  }

  /** The quantile sketch, or null where none is kept. */
  public @Nullable KllFloatsSketch quantiles() {
    return sketch.length == 0 ? null : SketchImages.read(sketch);
  }

  @Override
  public NumericProfile with(Overdispersion other) {
    return with(moments, sketch, other, inControl);
  }

  @Override
  public NumericProfile with(@Nullable InControl measured) {
    return with(moments, sketch, dispersion, measured);
  }

  /** The same with other moments and sketch. */
  public NumericProfile with(CentralMoments other, byte[] otherSketch) {
    return with(other, otherSketch, dispersion, inControl);
  }

  private NumericProfile with(
      CentralMoments otherMoments,
      byte[] otherSketch,
      Overdispersion otherDispersion,
      @Nullable InControl measured) {
    return new NumericProfile(
        name,
        missing,
        mistyped,
        infinite,
        edges,
        fineEdges,
        fineCounts,
        min,
        max,
        otherMoments,
        otherSketch,
        otherDispersion,
        measured);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NumericProfile that
        && that.name.equals(name)
        && that.missing == missing
        && that.mistyped == mistyped
        && that.infinite == infinite
        && that.edges.equals(edges)
        && that.fineEdges.equals(fineEdges)
        && Arrays.equals(that.fineCounts, fineCounts)
        && that.min == min
        && that.max == max
        && that.moments.equals(moments)
        && Arrays.equals(that.sketch, sketch)
        && that.dispersion.equals(dispersion)
        && Objects.equals(that.inControl, inControl);
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + Arrays.hashCode(fineCounts);
  }
}
