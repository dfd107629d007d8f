package dev.runway.model;

import com.fasterxml.jackson.core.JsonFactory;
import org.jspecify.annotations.Nullable;

/** JSON form of a {@link ProducerTile}, contract {@code schemas/producer-tile.schema.json}. */
public final class ProducerTileCodec {
  /** Texts may be as long as the largest tile is as base64. */
  private static final JsonFactory FACTORY =
      StrictJson.factory((Limits.MAX_TILE_BYTES + 2) / 3 * 4);

  private ProducerTileCodec() {}

  /**
   * Writes a tile.
   *
   * @throws IllegalArgumentException if it is empty or larger than {@link Limits#MAX_TILE_BYTES}
   */
  public static byte[] write(ProducerTile tile) {
    int size = tile.tile().length;
    if (size == 0 || size > Limits.MAX_TILE_BYTES) {
      throw new IllegalArgumentException(
          "a tile has 1 to " + Limits.MAX_TILE_BYTES + " bytes, found " + size);
    }
    return JsonBytes.object(
        out -> {
          out.field("producer_id", tile.producerId());
          out.field("sequence", tile.sequence());
          out.field("model_id", tile.modelId());
          out.field("model_version", tile.modelVersion());
          out.field("segment", tile.segment());
          out.field("profile_id", tile.profileId());
          out.field("window_start", tile.windowStartMillis());
          out.field("window_end", tile.windowEndMillis());
          out.field("predictions", tile.predictions());
          // Last, so that the time is found without reading it.
          out.field("tile", tile.tile());
        });
  }

  /**
   * Reads a tile; the event has at most {@link Limits#MAX_TILE_EVENT_BYTES}.
   *
   * @throws MalformedEvent with the field at fault
   */
  public static ProducerTile read(byte @Nullable [] bytes) throws MalformedEvent {
    String producerId = null;
    long sequence = -1;
    String modelId = null;
    String modelVersion = null;
    String segment = null;
    String profileId = null;
    long windowStart = EventTime.NONE;
    long windowEnd = EventTime.NONE;
    long predictions = -1;
    byte[] tile = null;
    try (StrictJson json = StrictJson.open(bytes, Limits.MAX_TILE_EVENT_BYTES, FACTORY)) {
      for (String field = json.nextField(); field != null; field = json.nextField()) {
        switch (field) {
          case "producer_id" -> producerId = json.id();
          case "sequence" -> sequence = json.count();
          case "model_id" -> modelId = json.id();
          case "model_version" -> modelVersion = json.name();
          case "segment" -> segment = json.name();
          case "profile_id" -> profileId = json.id();
          case "window_start" -> windowStart = json.instantMillis();
          case "window_end" -> windowEnd = json.instantMillis();
          case "predictions" -> predictions = json.count();
          case "tile" -> tile = json.base64(1, Limits.MAX_TILE_BYTES);
          default -> json.skip();
        }
      }
      json.end();
    }
    ProducerTile read =
        new ProducerTile(
            Required.field("producer_id", producerId),
            Required.count("sequence", sequence),
            Required.field("model_id", modelId),
            Required.field("model_version", modelVersion),
            segment,
            Required.field("profile_id", profileId),
            Required.time("window_start", windowStart),
            Required.time("window_end", windowEnd),
            Required.count("predictions", predictions),
            Required.field("tile", tile));
    requireMinute(windowStart, windowEnd);
    if (DriftReading.ALL.equals(segment)) {
      throw new MalformedEvent(
          Reason.BAD_VALUE,
          "segment",
          "* is the sum of all, which the reader makes: leave it out where there is none");
    }
    if (predictions == 0 || predictions > Limits.MAX_TILE_PREDICTIONS) {
      throw new MalformedEvent(
          Reason.BAD_VALUE,
          "predictions",
          "1 to %d are due, found %d".formatted(Limits.MAX_TILE_PREDICTIONS, predictions));
    }
    return read;
  }

  private static void requireMinute(long start, long end) throws MalformedEvent {
    if (Math.floorMod(start, ProducerTile.LENGTH_MILLIS) != 0) {
      throw new MalformedEvent(Reason.BAD_VALUE, "window_start", "the start of a minute is due");
    }
    if (end != start + ProducerTile.LENGTH_MILLIS) {
      throw new MalformedEvent(
          Reason.BAD_VALUE, "window_end", "must be one minute after window_start");
    }
  }
}
