package dev.runway.driftmonitor.count;

import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import dev.runway.driftmonitor.baseline.BaselineDirectory;
import dev.runway.driftmonitor.merge.BaselineKey;
import dev.runway.driftmonitor.merge.ProducedPart;
import dev.runway.driftmonitor.merge.Span;
import dev.runway.driftmonitor.merge.TileDelta;
import dev.runway.driftmonitor.merge.Uncounted;
import dev.runway.flink.Decoder;
import dev.runway.flink.EventChecks;
import dev.runway.flink.ModelDirectory;
import dev.runway.flink.RawEvent;
import dev.runway.flink.TimeBounds;
import dev.runway.model.MalformedEvent;
import dev.runway.model.ModelDocument;
import dev.runway.model.ProducerTile;
import dev.runway.model.ProducerTileCodec;
import dev.runway.model.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Producers' tiles to parts of the job's own. A tile is taken for what it says only as far as it
 * can be: it must be of a model, version and baseline that are known, counted in the bins of that
 * baseline, and its numbers must be those that so many predictions can have. Of a sketch that
 * cannot be told, and a damaged one would stop the job where it is merged: sketches are left out.
 * Whether a tile has come before is known where tiles are merged.
 *
 * <p>The directories are opened by the first tile: most namespaces have none.
 */
public final class ProducerTiles implements Decoder<TileDelta> {
  private final TimeBounds bounds;
  private final ModelDirectory.Factory models;
  private final BaselineDirectory.Factory baselines;

  private transient @Nullable ModelDirectory openModels;
  private transient @Nullable BaselineDirectory openBaselines;

  /**
   * @param bounds times of tiles that are believed
   */
  public ProducerTiles(
      TimeBounds bounds, ModelDirectory.Factory models, BaselineDirectory.Factory baselines) {
    this.bounds = bounds;
    this.models = models;
    this.baselines = baselines;
  }

  @Override
  public void close() {
    if (openModels != null) {
      openModels.close();
    }
    if (openBaselines != null) {
      openBaselines.close();
    }
  }

  @Override
  public TileDelta decode(RawEvent raw) throws MalformedEvent {
    ProducerTile event = ProducerTileCodec.read(raw.value());
    requireKey(raw, event.modelId());
    EventChecks.requireSaneTime(raw, "window_end", event.windowEndMillis(), bounds);
    ModelDocument model =
        Registered.require(
            models(), event.modelId(), event.modelVersion(), raw.kafkaTimestampMillis());
    TileLayout layout =
        baselines()
            .find(
                event.modelId(),
                event.modelVersion(),
                event.profileId(),
                raw.kafkaTimestampMillis());
    if (layout == null) {
      throw new MalformedEvent(
          Reason.UNKNOWN_SCHEMA,
          "profile_id",
          "%s %s has no baseline %s, in whose bins the tile would be counted"
              .formatted(event.modelId(), event.modelVersion(), event.profileId()));
    }
    return new TileDelta(
        new BaselineKey(event.modelId(), event.modelVersion(), event.profileId()),
        Span.minuteOf(event.windowStartMillis(), model.segmentOf(event.segment())),
        event.predictions(),
        Uncounted.NOTHING,
        counts(event, layout),
        new ProducedPart(
            event.producerId(),
            event.sequence(),
            event.segment() == null ? Span.NO_SEGMENT : event.segment(),
            raw.topic(),
            raw.partition(),
            raw.offset(),
            raw.kafkaTimestampMillis()));
  }

  /** Two tiles of one id are in order only if they are in one partition. */
  private static void requireKey(RawEvent raw, String modelId) throws MalformedEvent {
    byte[] key = raw.key();
    if (key == null || !Arrays.equals(key, modelId.getBytes(StandardCharsets.UTF_8))) {
      throw new MalformedEvent(
          Reason.KEY_MISMATCH, "model_id", "the record's key is not " + modelId);
    }
  }

  private static byte[] counts(ProducerTile event, TileLayout layout) throws MalformedEvent {
    Tile read;
    Tile tile;
    try {
      read = Tile.fromBytes(event.tile());
      tile = read.hasSketches() ? read.withoutSketches() : read;
      tile.requirePossible();
    } catch (IOException e) {
      throw new MalformedEvent(Reason.BAD_VALUE, "tile", String.valueOf(e.getMessage()));
    }
    if (!layout.counted(tile)) {
      throw new MalformedEvent(
          Reason.BAD_VALUE,
          "tile",
          "not counted in the bins of baseline %s but of %s, or of another content of it"
              .formatted(event.profileId(), tile.profileId()));
    }
    if (tile.events() != event.predictions()) {
      throw new MalformedEvent(
          Reason.BAD_VALUE,
          "predictions",
          "%d, the tile has %d".formatted(event.predictions(), tile.events()));
    }
    return read.hasSketches() ? tile.toBytes() : event.tile();
  }

  private ModelDirectory models() {
    ModelDirectory open = openModels;
    if (open == null) {
      // What is malformed is refused where predictions are counted.
      open = models.open(letter -> {});
      openModels = open;
    }
    return open;
  }

  private BaselineDirectory baselines() {
    BaselineDirectory open = openBaselines;
    if (open == null) {
      open = baselines.open(letter -> {});
      openBaselines = open;
    }
    return open;
  }
}
