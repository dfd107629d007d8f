package dev.runway.drift.embedding.verdict;

/**
 * The verdict for one way of consuming.
 *
 * @param reason what decided
 */
public record Verdict(Consumption consumption, Compatibility compatibility, Reason reason) {

  /** What decides a verdict. */
  public enum Reason {
    /** Nothing of the vectors is used. */
    NOT_USED,
    /** Neighbours and CKA are as between the baseline pair. */
    AS_BASELINE,
    /** Neighbours differ more than between the baseline pair. */
    NEIGHBOURS,
    /** The strong directions differ more than between the baseline pair. */
    EIGENSPACE,
    /** Single items lost their neighbours, place or length, more than between the baseline pair. */
    SOME_ITEMS,
    /** CKA is low. */
    CKA,
    /** Vectors are longer or shorter than before. */
    NORMS,
    /** Coordinates have moved, and a rotation brings them back. */
    ROTATION,
    /** Coordinates have moved, and no rotation brings them back. */
    COORDINATES,
    /** The vectors have another number of dimensions. */
    DIMENSIONS,
    /** Dimensions that told items apart have become constant. */
    DEAD_DIMENSIONS,
    /** More vectors than before are NaN, infinite or zero. */
    UNUSABLE_VECTORS,
    /** Fewer pairs than a measure needs that decides. */
    TOO_FEW_PAIRS,
    /** Items of a version are not in the other one: those may be anything. */
    COVERAGE,
    /** A measure that decides could not be computed. */
    FAILED,
    /** Comparing vectors of so many dimensions would take more memory than there is. */
    TOO_WIDE,
    /** A measure that decides is not defined: all vectors of a version are the same. */
    NO_SPREAD,
    /** The baseline pair has too few items itself, or too little in common. */
    NO_FLOOR,
    /** The baseline pair was measured with another sample size or number of neighbours. */
    OTHER_SAMPLE
  }
}
