package dev.runway.model;

/**
 * The mergeable counts of a model version's predictions of one window, in the bins of one baseline.
 * Tiles of one {@code (modelId, modelVersion, segment, profileId, window)} replace each other: the
 * highest revision counts. Merged, they are those of any longer window.
 *
 * @param segment declared segment, or {@link DriftReading#ALL}
 * @param profileId the profile whose bins are counted
 * @param windowStartMillis first prediction time of the window, included
 * @param windowEndMillis end of the window, excluded
 * @param revision rises with every event that the window absorbs
 * @param predictions events that were counted
 * @param tile the counts, opaque here; what measures drift defines them. 1 to {@link
 *     Limits#MAX_TILE_BYTES} bytes
 */
public record DriftTile(
    String modelId,
    String modelVersion,
    String segment,
    String profileId,
    long windowStartMillis,
    long windowEndMillis,
    long revision,
    long predictions,
    byte[] tile) {}
