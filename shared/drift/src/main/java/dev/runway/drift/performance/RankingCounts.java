package dev.runway.drift.performance;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Statistics of ranked lists, each with the relevance (or click, 0 or 1) per position.
 *
 * <p>A list without any relevant item counts with 0 in NDCG, MRR and hit rates, is counted apart as
 * {@code no_relevant_rate}, and is left out of {@code recall_at_10}, which is undefined for it.
 */
public final class RankingCounts extends TaskCounts implements OutcomeCounts {

  /** Longest list. */
  public static final int MAX_LENGTH = 100;

  /** Largest relevance. */
  public static final double MAX_RELEVANCE = 1e12;

  /** Smallest propensity: one shown position weighs at most 10 000. */
  public static final double MIN_PROPENSITY = 1e-4;

  final Tally lists = new Tally();
  final Tally relevantLists = new Tally();
  final Tally impressions = new Tally();
  final Tally clicks = new Tally();
  final Moments ndcg = new Moments();
  final Moments ndcgLinear = new Moments();
  final Moments ndcgAt3 = new Moments();
  final Moments ndcgAt10 = new Moments();
  final Moments reciprocalRank = new Moments();
  final Tally hitsAt1 = new Tally();
  final Tally hitsAt10 = new Tally();
  final Moments recallAt10 = new Moments();
  final InversePropensity inversePropensity = new InversePropensity();

  private final List<Part<?>> parts =
      List.of(
          lists,
          relevantLists,
          impressions,
          clicks,
          ndcg,
          ndcgLinear,
          ndcgAt3,
          ndcgAt10,
          reciprocalRank,
          hitsAt1,
          hitsAt10,
          recallAt10,
          inversePropensity);

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
  public long count() {
    return lists.count();
  }

  @Override
  public double weight() {
    return lists.weight();
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
  List<Part<?>> parts() {
    return parts;
  }
}
