package dev.runway.model;

/**
 * The vector that one version of an encoder gave to one item, or that the item left the version.
 *
 * @param spaceId the embedding space, whose versions are compared
 * @param embeddingVersion the encoder's version
 * @param itemId the item; versions meet by it
 * @param vector 1 to {@link Limits#MAX_DIMENSIONS} numbers; NaN and infinities are kept, for the
 *     traffic is watched for them; none if the item is gone
 * @param eventAtMillis what caused the embedding to be computed, epoch milliseconds
 * @param storedAtMillis when readers could first see it, epoch milliseconds
 */
public record Embedding(
    String spaceId,
    String embeddingVersion,
    String itemId,
    float[] vector,
    long eventAtMillis,
    long storedAtMillis) {

  /** What there is of an item that has no vector in the version any more. */
  public static Embedding gone(
      String spaceId,
      String embeddingVersion,
      String itemId,
      long eventAtMillis,
      long storedAtMillis) {
    return new Embedding(
        spaceId, embeddingVersion, itemId, new float[0], eventAtMillis, storedAtMillis);
  }

  /** Whether the item has no vector any more. */
  public boolean isGone() {
    return vector.length == 0;
  }
}
