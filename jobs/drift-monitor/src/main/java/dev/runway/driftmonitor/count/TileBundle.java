package dev.runway.driftmonitor.count;

import dev.runway.drift.tile.Row;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import dev.runway.driftmonitor.merge.BaselineKey;
import dev.runway.driftmonitor.merge.Span;
import dev.runway.driftmonitor.merge.TileDelta;
import dev.runway.driftmonitor.merge.Uncounted;
import dev.runway.flink.BundleFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/** Predictions to tiles, in memory: nothing of an event crosses the network. */
public final class TileBundle
    implements BundleFunction<CountedPrediction, TileKey, TileBundle.Open, TileDelta> {

  /** A tile that is being counted. */
  static final class Open {
    /** Null for a version without baseline: its predictions are only numbered. */
    private final @Nullable Tile tile;

    private long predictions;
    private long unknownFeatures;
    private long weighted;
    private double weights;
    private double squares;

    Open(@Nullable Tile tile) {
      this.tile = tile;
    }

    @Nullable Tile tile() {
      return tile;
    }
  }

  @Override
  public TileKey key(CountedPrediction event) {
    return event.key();
  }

  @Override
  public Open create(TileKey key) {
    TileLayout layout = key.layout();
    return new Open(layout == null ? null : layout.newTile());
  }

  /** Tiles of a thousand features are a hundred times those of ten: their number says little. */
  @Override
  public long bytes(TileKey key) {
    TileLayout layout = key.layout();
    return layout == null ? 0 : layout.tileBytes();
  }

  @Override
  public long add(Open open, CountedPrediction event) {
    open.predictions++;
    open.unknownFeatures += event.unknownFeatures();
    double weight = event.weight();
    if (weight != 1) {
      open.weighted++;
      open.weights += weight;
      open.squares += weight * weight;
    }
    Tile tile = open.tile;
    Row row = event.row();
    if (tile == null || row == null) {
      return 0;
    }
    long before = tile.strangerBytes();
    tile.add(row);
    return tile.strangerBytes() - before;
  }

  @Override
  public void emit(TileKey key, Open open, Collector<TileDelta> out) {
    TileLayout layout = key.layout();
    out.collect(
        new TileDelta(
            new BaselineKey(
                key.modelId(),
                key.version(),
                layout == null ? BaselineKey.NONE : layout.profile().id()),
            Span.minuteOf(key.minuteMillis(), key.segment()),
            open.predictions,
            new Uncounted(open.unknownFeatures, open.weighted, open.weights, open.squares),
            open.tile == null ? new byte[0] : open.tile.toBytes()));
  }
}
