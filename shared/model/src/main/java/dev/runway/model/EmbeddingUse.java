package dev.runway.model;

/**
 * A version of an embedding space that a prediction rests on, as its producer declares.
 *
 * @param version of the space's encoder
 */
public record EmbeddingUse(String spaceId, String version) {}
