package dev.runway.driftmonitor.merge;

/**
 * What predictions of a tile had in them that the tile does not count.
 *
 * @param unknownFeatures values of features that the baseline does not have
 * @param weighted predictions with another weight than 1: tiles count each once
 */
public record Uncounted(long unknownFeatures, long weighted) {
  public static final Uncounted NOTHING = new Uncounted(0, 0);

  boolean isNothing() {
    return unknownFeatures == 0 && weighted == 0;
  }

  Uncounted plus(Uncounted other) {
    return new Uncounted(unknownFeatures + other.unknownFeatures, weighted + other.weighted);
  }
}
