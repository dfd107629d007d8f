package dev.runway.retraintrigger.signal;

import dev.runway.model.EmbeddingSpace.Usage;
import dev.runway.model.EmbeddingStability;
import dev.runway.model.EmbeddingStability.Compatibility;
import dev.runway.model.EmbeddingStability.Floor;
import dev.runway.model.EmbeddingStability.Verdict;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a pair of versions of an embedding space is to one way of using it, in as little as a
 * decision needs.
 *
 * @param before the older version
 * @param reason what decided
 * @param overlapLost share of the neighbours lost beyond what the baseline pair loses; null where
 *     it is not known, or rests on fewer than {@link #LEAST_PAIRS} items
 * @param revision of the space's document that it was judged by
 * @param asOfMillis the minute of the newest vector that it knows; of one pair the reading of the
 *     newest document and vector counts, and of several of these the one that was written last
 * @param toldMillis the tick that it counts from
 */
public record SpaceReading(
    String spaceId,
    String before,
    String after,
    Usage usage,
    Compatibility compatibility,
    String reason,
    @Nullable Double overlapLost,
    long revision,
    long asOfMillis,
    long toldMillis) {

  /** The oldest is the lowest. */
  public static final Comparator<SpaceReading> BY_AGE =
      Comparator.comparingLong(SpaceReading::asOfMillis)
          .thenComparingLong(SpaceReading::revision)
          .thenComparing(SpaceReading::slot);

  /**
   * Of one slot. A verdict changes with every vector of a minute and with what it is compared with,
   * so of equal ones none is older: they are taken in the order in which they were appended.
   */
  private static final Comparator<SpaceReading> BY_NEWS =
      Comparator.comparingLong(SpaceReading::revision).thenComparingLong(SpaceReading::asOfMillis);

  private static final String OVERLAP = "knn_overlap";
  private static final long LEAST_PAIRS = 1_000;

  /** What a result says, by each model that it names and way of using. */
  public static SortedMap<String, SortedMap<Usage, SpaceReading>> of(EmbeddingStability result) {
    SortedMap<String, SortedMap<Usage, SpaceReading>> byModel = new TreeMap<>();
    for (Verdict verdict : result.verdicts()) {
      SpaceReading reading =
          new SpaceReading(
              result.spaceId(),
              result.versionBefore(),
              result.versionAfter(),
              verdict.usage(),
              verdict.compatibility(),
              verdict.reason(),
              verdict.usage() == Usage.DATA_ONLY ? null : overlapLost(result),
              result.documentRevision(),
              result.asOfMillis(),
              0);
      for (String model : verdict.models()) {
        byModel.computeIfAbsent(model, id -> new TreeMap<>()).put(verdict.usage(), reading);
      }
    }
    return byModel;
  }

  private static @Nullable Double overlapLost(EmbeddingStability result) {
    Double overlap = result.value(OVERLAP);
    Floor floor = result.floor();
    if (overlap == null || floor == null || floor.overlap() <= 0 || result.pairs() < LEAST_PAIRS) {
      return null;
    }
    return Math.max(0, 1 - overlap / floor.overlap());
  }

  /** Readings of one slot replace each other. */
  public String slot() {
    return String.join("|", spaceId, usage.name(), before, after);
  }

  /** The same as it counts from a tick on. */
  public SpaceReading toldAt(long tickMillis) {
    return new SpaceReading(
        spaceId,
        before,
        after,
        usage,
        compatibility,
        reason,
        overlapLost,
        revision,
        asOfMillis,
        tickMillis);
  }

  /** Whether it counts in place of one of its slot that was written before it. */
  public boolean replaces(SpaceReading other) {
    return BY_NEWS.compare(this, other) >= 0;
  }
}
