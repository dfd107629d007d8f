package dev.runway.bench.drift;

import dev.runway.bench.drift.Load.Encoding;
import dev.runway.bench.harness.Meter;
import dev.runway.bench.harness.Row;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import dev.runway.flink.RawEvent;
import dev.runway.model.AvroPredictionCodec;
import dev.runway.model.FeatureSink;
import dev.runway.model.MalformedEvent;
import dev.runway.model.PositionedFeatureSink;
import dev.runway.model.Prediction;
import dev.runway.model.PredictionCodec;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The least that counting predictions takes: the same bytes, parsed by our codecs straight into
 * slots and counted in our tiles, in a plain loop. No Flink, no model documents, no baseline looked
 * up by time, no checks beside those of the codecs; tiles of a minute are thrown away.
 */
final class LimitLoop implements PositionedFeatureSink, FeatureSink {
  private final Load load;
  private final Predictions predictions;
  private final Map<String, TileLayout> layouts = new HashMap<>();
  private final Map<String, Tile> tiles = new HashMap<>();

  /** Position of each name: all models of a fleet have the same. */
  private final Map<String, Integer> positions = new HashMap<>();

  private final double[] slots;
  private long counted;

  private LimitLoop(Load load, long seed) {
    this.load = load;
    Fleet fleet = new Fleet(load.features(), load.models());
    predictions = new Predictions(fleet, load, seed, false, 0, 1);
    for (int model = 0; model < load.models(); model++) {
      layouts.put(Fleet.modelId(model), TileLayout.of(fleet.profile(model), false));
    }
    for (int feature = 0; feature < load.features(); feature++) {
      positions.put(Fleet.featureName(feature), feature);
    }
    slots = new double[load.counted()];
  }

  static Row run(Load load, Extent extent, long seed, String name) throws MalformedEvent {
    LimitLoop loop = new LimitLoop(load, seed);
    loop.play(extent, 0, extent.warmUp());
    Meter meter = Meter.now();
    loop.play(extent, extent.warmUp(), extent.warmUp() + extent.measured());
    Row row = meter.row(name, "limit", load.open(), extent.measured());
    if (loop.counted != extent.warmUp() + extent.measured()) {
      throw new IllegalStateException(loop.counted + " predictions were counted");
    }
    return DriftRun.perFeature(row, load);
  }

  private void play(Extent extent, long from, long to) throws MalformedEvent {
    for (long n = from; n < to; n++) {
      if (n % extent.perMinute() == 0) {
        endMinute();
      }
      count(predictions.next(Traffic.START + n * 60_000 / extent.perMinute()));
    }
    endMinute();
  }

  private void endMinute() {
    for (Tile tile : tiles.values()) {
      counted += tile.events();
    }
    tiles.clear();
  }

  private void count(RawEvent event) throws MalformedEvent {
    Arrays.fill(slots, Double.NaN);
    Prediction prediction =
        load.encoding() == Encoding.AVRO
            ? AvroPredictionCodec.read(event.value(), this)
            : PredictionCodec.read(event.value(), this);
    slots[load.features()] = prediction.score();
    Tile tile = tiles.get(prediction.modelId());
    if (tile == null) {
      TileLayout layout = layouts.get(prediction.modelId());
      if (layout == null) {
        throw new IllegalStateException("no model is called " + prediction.modelId());
      }
      tile = layout.newTile();
      tiles.put(prediction.modelId(), tile);
    }
    tile.add(slots);
  }

  @Override
  public void number(int position, double value) {
    slots[position] = value;
  }

  @Override
  public void number(String name, double value) {
    Integer position = positions.get(name);
    if (position != null) {
      slots[position] = value;
    }
  }

  @Override
  public void category(int position, String value) {
    throw new IllegalStateException("no feature is a word");
  }

  @Override
  public void category(String name, String value) {
    throw new IllegalStateException("no feature is a word");
  }

  @Override
  public void missing(String name) {
    throw new IllegalStateException("no feature is missing");
  }

  @Override
  public void end(int count) {
    // The loop knows how many there are.
  }
}
