package dev.runway.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What Runway must know about an embedding space to compare its versions; the newest document of a
 * space on {@code runway.spaces} counts.
 *
 * @param revision rises with every change, or stays the same: the document written last counts
 *     among equal ones; a lower revision is refused
 * @param versions the versions that are kept, 1 to {@link Limits#MAX_SPACE_VERSIONS}; what is known
 *     of one that is not here any more is let go
 * @param pairs which of them are compared, at most {@link Limits#MAX_SPACE_PAIRS}
 * @param baseline two trainings without any intended change, which set the noise that is accepted;
 *     null for none, and then no noise is
 * @param consumers who uses the space and how, at most {@link Limits#MAX_SPACE_CONSUMERS}; none
 *     stands for anybody, in any way
 * @param sampleRate share of the items that is looked at, (0, 1], the same ones of every version; 1
 *     for all
 * @param sampleSize items that are kept of a version at most, those with the lowest hashes; {@link
 *     #leastSample} to {@link Limits#MAX_SPACE_SAMPLE}
 * @param leastPairs items in both versions from which on they are judged, {@link
 *     Limits#MIN_SPACE_PAIRS} to {@link #USUAL_LEAST_PAIRS}
 * @param thresholds what its traffic and its users' predictions are held against
 */
public record EmbeddingSpace(
    String spaceId,
    long revision,
    List<Version> versions,
    List<Pair> pairs,
    @Nullable Pair baseline,
    List<Consumer> consumers,
    double sampleRate,
    int sampleSize,
    int leastPairs,
    SpaceThresholds thresholds) {

  /** Pairs from which on versions are judged, unless a small space says otherwise. */
  public static final int USUAL_LEAST_PAIRS = 1_000;

  /** Items that are kept of a version unless a document or its dimensions say otherwise. */
  public static final int USUAL_SAMPLE = 20_000;

  /**
   * Items for each dimension, at least: what is fitted to directions takes 40 pairs for each, and a
   * tenth of the items may be in one version alone.
   */
  public static final int LEAST_PER_DIMENSION = 48;

  /**
   * A version of the encoder.
   *
   * @param dimensions of its vectors, 1 to {@link Limits#MAX_SPACE_DIMENSIONS}
   */
  public record Version(String version, int dimensions) {}

  /** Two versions, the older one first. */
  public record Pair(String before, String after) {}

  /** A model that uses the space. */
  public record Consumer(String modelId, Usage usage) {}

  /** How a space is used. Names are stored: never rename one. */
  public enum Usage {
    /** Its coordinates are read as features. */
    COORDINATES,
    /** Only similarities within it are used. */
    SIMILARITY,
    /** The prediction of a model that uses it is a feature. */
    PREDICTION,
    /** Only the data behind it is used. */
    DATA_ONLY
  }

  /** A space that is judged from {@link #USUAL_LEAST_PAIRS} pairs on. */
  public EmbeddingSpace(
      String spaceId,
      long revision,
      List<Version> versions,
      List<Pair> pairs,
      @Nullable Pair baseline,
      List<Consumer> consumers,
      double sampleRate,
      int sampleSize) {
    this(
        spaceId,
        revision,
        versions,
        pairs,
        baseline,
        consumers,
        sampleRate,
        sampleSize,
        USUAL_LEAST_PAIRS);
  }

  /** A space that is watched by the usual thresholds. */
  public EmbeddingSpace(
      String spaceId,
      long revision,
      List<Version> versions,
      List<Pair> pairs,
      @Nullable Pair baseline,
      List<Consumer> consumers,
      double sampleRate,
      int sampleSize,
      int leastPairs) {
    this(
        spaceId,
        revision,
        versions,
        pairs,
        baseline,
        consumers,
        sampleRate,
        sampleSize,
        leastPairs,
        SpaceThresholds.USUAL);
  }

  public EmbeddingSpace {
    versions = List.copyOf(versions);
    pairs = List.copyOf(pairs);
    consumers = List.copyOf(consumers);
  }

  /** With fewer items nothing could be said of a space whose widest version is so wide. */
  public static int leastSample(int dimensions) {
    return Math.max(Limits.MIN_SPACE_SAMPLE, LEAST_PER_DIMENSION * dimensions);
  }

  /** What a document keeps that does not say how much. */
  public static int usualSample(int dimensions) {
    return Math.max(USUAL_SAMPLE, leastSample(dimensions));
  }

  /** Dimensions of the widest version. */
  public int dimensions() {
    return widest(versions);
  }

  static int widest(List<Version> versions) {
    return versions.stream().mapToInt(Version::dimensions).max().orElse(0);
  }

  /**
   * A version that the space has.
   *
   * @throws IllegalArgumentException if it has none of the name
   */
  public Version require(String version) {
    Version known = find(version);
    if (known == null) {
      throw new IllegalArgumentException(spaceId + " has no version " + version);
    }
    return known;
  }

  /** A version by its name, or null. */
  public @Nullable Version find(String version) {
    for (Version known : versions) {
      if (known.version().equals(version)) {
        return known;
      }
    }
    return null;
  }
}
