package dev.runway.model;

import dev.runway.model.EmbeddingSpace.Usage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether one version of an embedding space can take the place of another. Of one pair of versions
 * the one that was written last counts.
 *
 * @param documentRevision of the space's document that it was judged by
 * @param asOfMillis when the newest vector of the space that was known had been stored, epoch
 *     milliseconds: it follows from the events, and not from the order in which they came
 * @param baseline whether the pair is the space's baseline pair, which sets the floor
 * @param compatibility the worst of all verdicts that somebody depends on, see {@link
 *     Compatibility}
 * @param itemsBefore items that are kept of the older version
 * @param itemsAfter items that are kept of the newer one
 * @param pairs items with usable vectors in both
 * @param unusablePairs items with a vector that is zero, or has NaN or infinite numbers
 * @param sampleSize items among which neighbours were looked for
 * @param neighbours how many of each
 * @param floor what it was judged against; null while the baseline pair has too few items
 * @param metrics one of each that there is
 * @param verdicts one for each way of using
 * @param rotation what brings older vectors to newer ones; null with too few pairs, or where
 *     nothing keeps it
 */
public record EmbeddingStability(
    String spaceId,
    String versionBefore,
    String versionAfter,
    long documentRevision,
    long asOfMillis,
    boolean baseline,
    Compatibility compatibility,
    long itemsBefore,
    long itemsAfter,
    long pairs,
    long unusablePairs,
    int dimensionsBefore,
    int dimensionsAfter,
    int sampleSize,
    int neighbours,
    @Nullable Floor floor,
    List<Metric> metrics,
    List<Verdict> verdicts,
    @Nullable Rotation rotation) {

  /**
   * What a version is to who uses the one before, the better first. Names are stored: never rename
   * one.
   */
  public enum Compatibility {
    /** As another training without any intended change. */
    STABLE,
    /** More than training noise. */
    MINOR,
    /** The same up to a rotation. */
    ROTATED,
    /** Not known yet. */
    UNDECIDED,
    /** What was learned of the older version does not hold for the newer one. */
    BREAKING;

    /** The worse of two. */
    public Compatibility or(Compatibility other) {
      return compareTo(other) < 0 ? other : this;
    }

    /** Whether a version may be released without anything being done about its users. */
    public boolean isPassed() {
      return this == STABLE || this == MINOR;
    }
  }

  /**
   * What a pair is judged against. Neighbours and eigenspaces are judged as shares of its overlap
   * and of 1 - instability, shares of single items and of dimensions by what they are above its
   * own; cka and alignedCosine are told, and judge nothing. Older releases told neither instability
   * nor shares.
   *
   * @param measured whether the baseline pair has it; else it is that of trainings without noise
   * @param sampleSize items among which its neighbours were looked for; 0 unless measured
   * @param neighbours how many of each
   * @param instability of the eigenspace; null of older releases, as all that follow
   * @param neighboursLost share of the items that lost their neighbours
   * @param cosinesLost share of the items far from their place even after rotation
   * @param normsChanged share of the items with another length
   * @param itemsMoved share of the items that are elsewhere even after rotation
   * @param dimensionsMoved share of the dimensions that do not agree even after rotation
   */
  public record Floor(
      boolean measured,
      int sampleSize,
      int neighbours,
      double overlap,
      double cka,
      double alignedCosine,
      @Nullable Double instability,
      @Nullable Double neighboursLost,
      @Nullable Double cosinesLost,
      @Nullable Double normsChanged,
      @Nullable Double itemsMoved,
      @Nullable Double dimensionsMoved) {

    /** As older releases told it. */
    public Floor(
        boolean measured,
        int sampleSize,
        int neighbours,
        double overlap,
        double cka,
        double alignedCosine) {
      this(
          measured,
          sampleSize,
          neighbours,
          overlap,
          cka,
          alignedCosine,
          null,
          null,
          null,
          null,
          null,
          null);
    }
  }

  /**
   * One number.
   *
   * @param value null where there is none
   * @param se standard error; null if there is none
   * @param low lower end of the 95 % interval; null if there is none
   * @param high upper end
   * @param n what it rests on
   * @param gap why there is no value; null where there is one
   */
  public record Metric(
      String metric,
      @Nullable Double value,
      @Nullable Double se,
      @Nullable Double low,
      @Nullable Double high,
      long n,
      @Nullable String gap) {}

  /**
   * The verdict for one way of using.
   *
   * @param reason what decided
   * @param models those that use it so
   */
  public record Verdict(
      Usage usage, Compatibility compatibility, String reason, List<String> models) {
    public Verdict {
      models = List.copyOf(models);
    }
  }

  /**
   * A file with the matrix that an older row vector is multiplied by from the right.
   *
   * @param uri where it is: 32-bit floats in NumPy's format
   * @param sha256 of its bytes
   */
  public record Rotation(String uri, String sha256) {}

  public EmbeddingStability {
    metrics = List.copyOf(metrics);
    verdicts = List.copyOf(verdicts);
  }

  /** The same, known up to another time. */
  public EmbeddingStability asOf(long millis) {
    return with(documentRevision, millis, compatibility, verdicts, rotation);
  }

  /** What there is to say of a pair that is not compared any more: that nothing is known of it. */
  public EmbeddingStability ended(long revision, String reason) {
    List<Verdict> unknown =
        verdicts.stream()
            .map(
                verdict ->
                    new Verdict(verdict.usage(), Compatibility.UNDECIDED, reason, verdict.models()))
            .toList();
    return with(revision, asOfMillis, Compatibility.UNDECIDED, unknown, null);
  }

  private EmbeddingStability with(
      long revision,
      long asOf,
      Compatibility worst,
      List<Verdict> judged,
      @Nullable Rotation published) {
    return new EmbeddingStability(
        spaceId,
        versionBefore,
        versionAfter,
        revision,
        asOf,
        baseline,
        worst,
        itemsBefore,
        itemsAfter,
        pairs,
        unusablePairs,
        dimensionsBefore,
        dimensionsAfter,
        sampleSize,
        neighbours,
        floor,
        metrics,
        judged,
        published);
  }

  /** Metrics by name, verdicts by way of using, and the floor, as one JSON object. */
  public String measuredJson() {
    byte[] json =
        JsonBytes.object(
            out -> {
              out.object(
                  "metrics",
                  byName -> {
                    for (Metric metric : metrics) {
                      byName.object(
                          metric.metric(), one -> EmbeddingStabilityFields.writeBody(one, metric));
                    }
                  });
              out.object(
                  "verdicts",
                  byUsage -> {
                    for (Verdict verdict : verdicts) {
                      byUsage.object(
                          verdict.usage().name(),
                          one -> EmbeddingStabilityFields.writeBody(one, verdict));
                    }
                  });
              Floor known = floor;
              if (known != null) {
                out.object("floor", one -> EmbeddingStabilityFields.write(one, known));
              }
            });
    return new String(json, StandardCharsets.UTF_8);
  }

  /** The number of a metric, or null. */
  public @Nullable Double value(String metric) {
    for (Metric known : metrics) {
      if (known.metric().equals(metric)) {
        return known.value();
      }
    }
    return null;
  }
}
