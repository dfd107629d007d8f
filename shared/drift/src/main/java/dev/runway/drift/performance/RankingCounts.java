package dev.runway.drift.performance;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Statistics of ranked lists, each with the relevance (or click, 0 or 1) per position.
 *
 * <p>A list without any relevant item counts with 0 in NDCG, MRR and hit rates, is counted apart as
 * {@code no_relevant_rate}, and is left out of {@code recall_at_10}, which is undefined for it.
 */
public final class RankingCounts implements OutcomeCounts {

  /** Longest list. */
  public static final int MAX_LENGTH = 100;

  /** Largest relevance. */
  public static final double MAX_RELEVANCE = 1e12;

  /** Smallest propensity: one shown position weighs at most 10 000. */
  public static final double MIN_PROPENSITY = 1e-4;

  final Tally lists;
  final Tally relevantLists;
  final Tally impressions;
  final Tally clicks;
  final Moments ndcg;
  final Moments ndcgLinear;
  final Moments ndcgAt3;
  final Moments ndcgAt10;
  final Moments reciprocalRank;
  final Tally hitsAt1;
  final Tally hitsAt10;
  final Moments recallAt10;
  final InversePropensity inversePropensity;

  public RankingCounts() {
    lists = new Tally();
    relevantLists = new Tally();
    impressions = new Tally();
    clicks = new Tally();
    ndcg = new Moments();
    ndcgLinear = new Moments();
    ndcgAt3 = new Moments();
    ndcgAt10 = new Moments();
    reciprocalRank = new Moments();
    hitsAt1 = new Tally();
    hitsAt10 = new Tally();
    recallAt10 = new Moments();
    inversePropensity = new InversePropensity();
  }

  private RankingCounts(DataInput in) throws IOException {
    lists = Tally.read(in);
    relevantLists = Tally.read(in);
    impressions = Tally.read(in);
    clicks = Tally.read(in);
    ndcg = Moments.read(in);
    ndcgLinear = Moments.read(in);
    ndcgAt3 = Moments.read(in);
    ndcgAt10 = Moments.read(in);
    reciprocalRank = Moments.read(in);
    hitsAt1 = Tally.read(in);
    hitsAt10 = Tally.read(in);
    recallAt10 = Moments.read(in);
    inversePropensity = InversePropensity.read(in);
  }

  /**
   * Adds or retracts one list.
   *
   * @param relevances by position, first position first; 1 to 100 values of at most 1e12, negative
   *     ones count as 0; not kept
   * @param propensities probability that the position is looked at, in [1e-4, 1], as long as
   *     relevances; null when unknown
   * @param weightUnits {@link Weight} of the list, {@link Weight#ONE} if unsampled
   * @param sign 1 adds, -1 retracts what the same arguments added
   * @throws IllegalArgumentException if an argument is out of range; nothing is changed then
   */
  public void add(
      double[] relevances, double @Nullable [] propensities, long weightUnits, int sign) {
    String refusal = refusal(relevances, propensities);
    if (refusal != null) {
      throw new IllegalArgumentException(refusal);
    }
    long units = Weight.signed(weightUnits, sign);
    int relevant = RankedList.relevant(relevances, relevances.length);
    int first = RankedList.firstRelevant(relevances);
    lists.add(units);
    impressions.add(units, relevances.length);
    if (relevant > 0) {
      relevantLists.add(units);
      clicks.add(units, relevant);
      addRanks(relevances, relevant, first, units);
    }
    if (propensities != null) {
      inversePropensity.add(relevances, propensities, units);
    }
  }

  /** Only for lists with relevant items: all others add 0 to each of these sums. */
  private void addRanks(double[] relevances, int relevant, int first, long units) {
    ndcg.add(RankedList.ndcg(relevances, MAX_LENGTH, true), units);
    ndcgLinear.add(RankedList.ndcg(relevances, MAX_LENGTH, false), units);
    ndcgAt3.add(RankedList.ndcg(relevances, 3, true), units);
    ndcgAt10.add(RankedList.ndcg(relevances, 10, true), units);
    reciprocalRank.add(1.0 / (first + 1), units);
    if (first == 0) {
      hitsAt1.add(units);
    }
    if (first < 10) {
      hitsAt10.add(units);
    }
    recallAt10.add((double) RankedList.relevant(relevances, 10) / relevant, units);
  }

  /** Whether {@link #add} would take this list. */
  public static boolean accepts(double[] relevances, double @Nullable [] propensities) {
    return refusal(relevances, propensities) == null;
  }

  private static @Nullable String refusal(double[] relevances, double @Nullable [] propensities) {
    if (relevances.length == 0 || relevances.length > MAX_LENGTH) {
      return "list of " + relevances.length + " positions, must be 1 to " + MAX_LENGTH;
    }
    for (double relevance : relevances) {
      if (!(relevance <= MAX_RELEVANCE)) {
        return "relevance " + relevance + " is not a number up to 1e12";
      }
    }
    if (propensities == null) {
      return null;
    }
    if (propensities.length != relevances.length) {
      return propensities.length + " propensities for " + relevances.length + " positions";
    }
    for (double propensity : propensities) {
      if (!(propensity >= MIN_PROPENSITY && propensity <= 1)) {
        return "propensity " + propensity + " is not in [1e-4, 1]";
      }
    }
    return null;
  }

  @Override
  public Task task() {
    return Task.RANKING;
  }

  @Override
  public void add(OutcomeCounts other) {
    merge(other, 1);
  }

  @Override
  public void subtract(OutcomeCounts other) {
    merge(other, -1);
  }

  private void merge(OutcomeCounts other, int sign) {
    if (!(other instanceof RankingCounts that)) {
      throw new IllegalArgumentException("cannot merge " + other.task() + " into " + task());
    }
    lists.merge(that.lists, sign);
    relevantLists.merge(that.relevantLists, sign);
    impressions.merge(that.impressions, sign);
    clicks.merge(that.clicks, sign);
    ndcg.merge(that.ndcg, sign);
    ndcgLinear.merge(that.ndcgLinear, sign);
    ndcgAt3.merge(that.ndcgAt3, sign);
    ndcgAt10.merge(that.ndcgAt10, sign);
    reciprocalRank.merge(that.reciprocalRank, sign);
    hitsAt1.merge(that.hitsAt1, sign);
    hitsAt10.merge(that.hitsAt10, sign);
    recallAt10.merge(that.recallAt10, sign);
    inversePropensity.merge(that.inversePropensity, sign);
  }

  @Override
  public boolean isEmpty() {
    return lists.isEmpty()
        && relevantLists.isEmpty()
        && impressions.isEmpty()
        && clicks.isEmpty()
        && ndcg.isEmpty()
        && ndcgLinear.isEmpty()
        && ndcgAt3.isEmpty()
        && ndcgAt10.isEmpty()
        && reciprocalRank.isEmpty()
        && hitsAt1.isEmpty()
        && hitsAt10.isEmpty()
        && recallAt10.isEmpty()
        && inversePropensity.isEmpty();
  }

  @Override
  public long count() {
    return lists.count();
  }

  @Override
  public long weightUnits() {
    return lists.units();
  }

  /**
   * Means over lists with +- 1.96 standard errors; shares with Wilson's interval. {@code ctr} takes
   * positions as independent, so its interval is too narrow when clicks of one list go together.
   */
  @Override
  public List<Metric> metrics() {
    return List.of(
        Metric.mean("ndcg", ndcg, 0, 1, lists),
        Metric.mean("ndcg_lin", ndcgLinear, 0, 1, lists),
        Metric.mean("ndcg_at_3", ndcgAt3, 0, 1, lists),
        Metric.mean("ndcg_at_10", ndcgAt10, 0, 1, lists),
        Metric.mean("mrr", reciprocalRank, 0, 1, lists),
        Metric.share("hit_at_1", hitsAt1, lists),
        Metric.share("hit_at_10", hitsAt10, lists),
        Metric.mean("recall_at_10", recallAt10, 0, 1, relevantLists),
        Metric.share("ctr", clicks, impressions),
        inversePropensity.metric(),
        Metric.share("no_relevant_rate", withoutRelevant(), lists));
  }

  private Tally withoutRelevant() {
    Tally rest = new Tally();
    rest.merge(lists, 1);
    rest.merge(relevantLists, -1);
    return rest;
  }

  @Override
  public void writeContent(DataOutput out) throws IOException {
    lists.write(out);
    relevantLists.write(out);
    impressions.write(out);
    clicks.write(out);
    ndcg.write(out);
    ndcgLinear.write(out);
    ndcgAt3.write(out);
    ndcgAt10.write(out);
    reciprocalRank.write(out);
    hitsAt1.write(out);
    hitsAt10.write(out);
    recallAt10.write(out);
    inversePropensity.write(out);
  }

  static RankingCounts readContent(DataInput in) throws IOException {
    return new RankingCounts(in);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RankingCounts that
        && lists.equals(that.lists)
        && relevantLists.equals(that.relevantLists)
        && impressions.equals(that.impressions)
        && clicks.equals(that.clicks)
        && ndcg.equals(that.ndcg)
        && ndcgLinear.equals(that.ndcgLinear)
        && ndcgAt3.equals(that.ndcgAt3)
        && ndcgAt10.equals(that.ndcgAt10)
        && reciprocalRank.equals(that.reciprocalRank)
        && hitsAt1.equals(that.hitsAt1)
        && hitsAt10.equals(that.hitsAt10)
        && recallAt10.equals(that.recallAt10)
        && inversePropensity.equals(that.inversePropensity);
  }

  @Override
  public int hashCode() {
    return 31 * lists.hashCode() + ndcg.hashCode();
  }
}
