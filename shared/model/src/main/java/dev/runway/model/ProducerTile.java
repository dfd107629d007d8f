package dev.runway.model;

import org.jspecify.annotations.Nullable;

/**
 * What a producer has counted of its own predictions of one minute, in the bins of one baseline: it
 * sends this in place of their features. A producer may send several tiles of a minute, of
 * different predictions: their {@code sequence} tells them apart. Of one {@code (producerId,
 * sequence)} of a minute, segment and profile the first one on the topic counts, and never changes.
 *
 * @param producerId who has counted, for example one process of a service
 * @param sequence tells apart what one producer has counted of a minute, from 0
 * @param segment as predictions have it; null for those without one
 * @param profileId the profile whose bins are counted
 * @param windowStartMillis start of the minute, a multiple of {@link #LENGTH_MILLIS}
 * @param windowEndMillis its end, excluded
 * @param predictions events that were counted, 1 to {@link Limits#MAX_TILE_PREDICTIONS}
 * @param tile the counts, opaque here; what measures drift defines them. 1 to {@link
 *     Limits#MAX_TILE_BYTES} bytes
 */
public record ProducerTile(
    String producerId,
    long sequence,
    String modelId,
    String modelVersion,
    @Nullable String segment,
    String profileId,
    long windowStartMillis,
    long windowEndMillis,
    long predictions,
    byte[] tile) {
  /** Of every tile. */
  public static final long LENGTH_MILLIS = 60_000;
}
