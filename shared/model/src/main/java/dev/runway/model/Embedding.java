package dev.runway.model;

/**
 * The vector that one version of an encoder gave to one item.
 *
 * @param spaceId the embedding space, whose versions are compared
 * @param embeddingVersion the encoder's version
 * @param itemId the item; versions meet by it
 * @param vector 1 to {@link Limits#MAX_DIMENSIONS} numbers; NaN and infinities are kept, for the
 *     traffic is watched for them
 * @param eventAtMillis what caused the embedding to be computed, epoch milliseconds
 * @param storedAtMillis when readers could first see it, epoch milliseconds
 */
public record Embedding(
    String spaceId,
    String embeddingVersion,
    String itemId,
    float[] vector,
    long eventAtMillis,
    long storedAtMillis) {}
