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
 * @param appendedAtMillis append time of its record
 * @param offset of its record; of one pair the one that was written last counts
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
    long appendedAtMillis,
    long offset,
    long toldMillis) {

  /** The one that was written first is the lowest. */
  public static final Comparator<SpaceReading> BY_AGE =
      Comparator.comparingLong(SpaceReading::appendedAtMillis)
          .thenComparingLong(SpaceReading::offset)
          .thenComparing(SpaceReading::slot);

  private static final String OVERLAP = "knn_overlap";
  private static final long LEAST_PAIRS = 1_000;

  /**
   * What a result says, by each model that it names and way of using.
   *
   * @param appendedAtMillis append time of its record
   */
  public static SortedMap<String, SortedMap<Usage, SpaceReading>> of(
      EmbeddingStability result, long appendedAtMillis, long offset) {
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
              appendedAtMillis,
              offset,
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
        appendedAtMillis,
        offset,
        tickMillis);
  }

  /** Which of two readings of one slot counts, whichever came first. */
  public boolean replaces(SpaceReading other) {
    return appendedAtMillis != other.appendedAtMillis
        ? appendedAtMillis > other.appendedAtMillis
        : offset >= other.offset;
  }
}
