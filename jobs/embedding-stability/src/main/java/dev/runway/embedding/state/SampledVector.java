package dev.runway.embedding.state;

/**
 * An embedding that is looked at, on its way to where versions are compared.
 *
 * @param hash of the item, see {@link dev.runway.drift.embedding.ItemHash}
 */
public record SampledVector(String spaceId, String version, long hash, ItemVector item) {}
