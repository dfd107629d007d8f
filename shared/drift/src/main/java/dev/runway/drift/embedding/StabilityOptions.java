package dev.runway.drift.embedding;

/**
 * How much is asked of the pairs before something is said of them.
 *
 * @param neighbours k, of which items' nearest ones are compared
 * @param queries items whose neighbours are looked for
 * @param minPairs below as many there is no CKA and there are no neighbours
 * @param minPairsPerDimension below as many times the dimensions there is nothing that is fitted to
 *     directions: no rotation, no eigenspace, no spectrum
 * @param errorPairs sampled pairs that standard errors are measured on: 1,000 know one to 2 %
 */
public record StabilityOptions(
    int neighbours, int queries, int minPairs, int minPairsPerDimension, int errorPairs) {

  /** Checks the ranges. */
  public StabilityOptions {
    if (neighbours < 1 || queries < 2 || minPairs <= neighbours || errorPairs < 2) {
      throw new IllegalArgumentException(
          "%d neighbours of %d queries among %d pairs, errors from %d pairs"
              .formatted(neighbours, queries, minPairs, errorPairs));
    }
    if (minPairs < 4 || minPairsPerDimension < 1) {
      throw new IllegalArgumentException(
          "at least %d pairs, %d a dimension".formatted(minPairs, minPairsPerDimension));
    }
  }

  /** 10 neighbours of 1,000 items; 1,000 pairs, and 40 a dimension. */
  public static StabilityOptions standard() {
    return fromPairs(1_000);
  }

  /**
   * The same from fewer pairs on, for a space that has no more items: debiased CKA is right to
   * 0.003 from 200 pairs on.
   */
  public static StabilityOptions fromPairs(int minPairs) {
    return new StabilityOptions(10, 1_000, minPairs, 40, 1_000);
  }
}
