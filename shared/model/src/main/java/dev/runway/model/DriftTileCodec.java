package dev.runway.model;

import com.fasterxml.jackson.core.JsonFactory;
import org.jspecify.annotations.Nullable;

/** JSON form of a {@link DriftTile}, contract {@code schemas/tile.schema.json}. */
public final class DriftTileCodec {
  /** Texts may be as long as the largest tile is as base64. */
  private static final JsonFactory FACTORY =
      StrictJson.factory((Limits.MAX_TILE_BYTES + 2) / 3 * 4);

  private DriftTileCodec() {}

  /**
   * Writes a tile.
   *
   * @throws IllegalArgumentException if it is empty or larger than {@link Limits#MAX_TILE_BYTES}
   */
  public static byte[] write(DriftTile tile) {
    int size = tile.tile().length;
    if (size == 0 || size > Limits.MAX_TILE_BYTES) {
      throw new IllegalArgumentException(
          "a tile has 1 to " + Limits.MAX_TILE_BYTES + " bytes, found " + size);
    }
    return JsonBytes.object(
        out -> {
          out.field("model_id", tile.modelId());
          out.field("model_version", tile.modelVersion());
          out.field("segment", tile.segment());
          out.field("profile_id", tile.profileId());
          out.field("window_start", tile.windowStartMillis());
          out.field("window_end", tile.windowEndMillis());
          out.field("revision", tile.revision());
          out.field("predictions", tile.predictions());
          out.field("tile", tile.tile());
        });
  }

  /**
   * Reads a tile; the event has at most {@link Limits#MAX_TILE_EVENT_BYTES}.
   *
   * @throws MalformedEvent with the field at fault
   */
  public static DriftTile read(byte @Nullable [] bytes) throws MalformedEvent {
    String modelId = null;
    String modelVersion = null;
    String segment = DriftReading.ALL;
    String profileId = null;
    long windowStart = EventTime.NONE;
    long windowEnd = EventTime.NONE;
    long revision = -1;
    long predictions = -1;
    byte[] tile = null;
    try (StrictJson json = StrictJson.open(bytes, Limits.MAX_TILE_EVENT_BYTES, FACTORY)) {
      for (String field = json.nextField(); field != null; field = json.nextField()) {
        switch (field) {
          case "model_id" -> modelId = json.id();
          case "model_version" -> modelVersion = json.name();
          case "segment" -> segment = json.name();
          case "profile_id" -> profileId = json.id();
          case "window_start" -> windowStart = json.instantMillis();
          case "window_end" -> windowEnd = json.instantMillis();
          case "revision" -> revision = json.count();
          case "predictions" -> predictions = json.count();
          case "tile" -> tile = json.base64(1, Limits.MAX_TILE_BYTES);
          default -> json.skip();
        }
      }
      json.end();
    }
    DriftTile read =
        new DriftTile(
            Required.field("model_id", modelId),
            Required.field("model_version", modelVersion),
            segment,
            Required.field("profile_id", profileId),
            Required.time("window_start", windowStart),
            Required.time("window_end", windowEnd),
            Required.count("revision", revision),
            Required.count("predictions", predictions),
            Required.field("tile", tile));
    Required.window(windowStart, windowEnd);
    return read;
  }
}
