package dev.runway.driftmonitor.count;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.drift.profile.BaselineProfile.Declared;
import dev.runway.drift.profile.BaselineProfile.Identity;
import dev.runway.drift.profile.Precision;
import dev.runway.drift.profile.ProfileBuilder;
import dev.runway.drift.profile.ProfileOptions;
import dev.runway.drift.profile.Source;
import dev.runway.drift.tile.Row;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import dev.runway.driftmonitor.merge.TileDelta;
import dev.runway.driftmonitor.merge.TileDeltaSerializer;
import dev.runway.flink.BundleFunction;
import dev.runway.flink.BundleOperator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.SimpleOperatorFactory;
import org.apache.flink.streaming.api.transformations.OneInputTransformation;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many models with many features: what is open never takes more memory than it may. */
class WideBundlesTest {
  private static final int MODELS = 200;
  private static final int FEATURES = 1_000;
  private static final long MOST = 24L << 20;
  private static final int TILES = 1_000;

  /** Without the bound the tiles of all models would be open: 260 MB. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void openTilesOfAWideFleet_neverPassTheBound(boolean sketches) throws Exception {
    TileLayout layout = layout(sketches);
    Measured measured = new Measured();
    try (var harness = harness(measured)) {
      Row row = layout.newRow();
      CountedPrediction event = new CountedPrediction();
      Random random = new Random(7);
      for (int round = 0; round < 2; round++) {
        for (int model = 0; model < MODELS; model++) {
          row.clear();
          for (int f = 0; f < FEATURES; f++) {
            row.number(f, random.nextGaussian());
          }
          event.set(new TileKey("m" + model, "1", null, 0, layout), row);
          harness.processElement(event, 0);
          assertThat(measured.openBytes()).isLessThanOrEqualTo(MOST);
        }
      }
      harness.endInput();

      // With sketches they are few: room is kept for what these may become.
      assertThat(measured.mostBytes).isGreaterThan(sketches ? MOST / 20 : MOST / 2);
      assertThat(harness.extractOutputValues().stream().mapToLong(TileDelta::predictions).sum())
          .isEqualTo(2 * MODELS);
    }
  }

  /** What a layout says of a tile beforehand is what it takes once it is full. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void bytesOfATile_areThoseThatItTakesAtMost(boolean sketches) {
    TileLayout layout = layout(sketches);
    Tile tile = layout.newTile();
    double[] values = new double[FEATURES];
    Random random = new Random(8);
    for (int i = 0; i < 1_500; i++) {
      for (int f = 0; f < FEATURES; f++) {
        values[f] = random.nextGaussian();
      }
      tile.add(values);
    }

    double taken = tile.heapBytesPerFeature() * FEATURES;
    assertThat((double) layout.tileBytes()).isBetween(taken, 2 * taken);
  }

  @Test
  void wordsWithoutEnd_areCountedAsTheyCome() {
    List<ProfileBuilder.RowWriter> rows = new ArrayList<>();
    rows.add(values -> values.category(0, "known"));
    TileLayout layout =
        TileLayout.of(
            ProfileBuilder.build(
                new Identity("b", "m", "1", 1, Source.UPLOADED),
                Precision.DOUBLE,
                List.of(Declared.categorical("f")),
                ProfileOptions.standard(1),
                rows),
            false);
    TileBundle bundle = new TileBundle();
    TileKey key = new TileKey("m", "1", null, 0, layout);
    TileBundle.Open open = bundle.create(key);
    Row row = layout.newRow();
    CountedPrediction event = new CountedPrediction();
    row.category(0, "known");
    event.set(key, row);
    assertThat(bundle.add(open, event)).isZero();

    row.clear();
    row.category(0, "a word that nobody knows");
    long most = bundle.add(open, event);
    row.clear();
    row.category(0, "another one");
    assertThat(bundle.add(open, event)).isZero();
    Tile tile = open.tile();
    assertThat(tile).isNotNull();
    double taken = 0;
    for (int i = 0; i < 300; i++) {
      row.clear();
      row.category(0, "%03d".formatted(i).repeat(i < 100 ? 9 : i < 200 ? 40 : 1));
      assertThat(bundle.add(open, event)).isZero();
      taken = Math.max(taken, tile.heapBytesPerFeature());
    }
    // With what the tile takes without them: one feature of two bins, and its buffer.
    taken -= layout.newTile().heapBytesPerFeature();
    assertThat((double) most).isBetween(taken, 2 * taken);
  }

  private static TileLayout layout(boolean sketches) {
    Random random = new Random(6);
    List<ProfileBuilder.RowWriter> rows = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      double value = random.nextGaussian();
      rows.add(
          values -> {
            for (int f = 0; f < FEATURES; f++) {
              values.number(f, value);
            }
          });
    }
    return TileLayout.of(
        ProfileBuilder.build(
            new Identity("b", "m", "1", 1, Source.UPLOADED),
            Precision.DOUBLE,
            IntStream.range(0, FEATURES).mapToObj(f -> Declared.numeric("f" + f)).toList(),
            ProfileOptions.standard(FEATURES),
            rows),
        sketches);
  }

  private static OneInputStreamOperatorTestHarness<CountedPrediction, TileDelta> harness(
      Measured measured) throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    DataStream<CountedPrediction> events =
        env.fromSequence(1, 1)
            .map(number -> new CountedPrediction())
            .returns(CountedPredictionType.TYPE);
    var bundles =
        BundleOperator.bundleByWindow(
            events,
            measured,
            TILES,
            Integer.MAX_VALUE,
            MOST,
            Duration.ofMinutes(1),
            TileDeltaSerializer.TYPE,
            "bundle");
    OneInputTransformation<?, ?> made = (OneInputTransformation<?, ?>) bundles.getTransformation();
    @SuppressWarnings("unchecked")
    var operator =
        (OneInputStreamOperator<CountedPrediction, TileDelta>)
            ((SimpleOperatorFactory<?>) made.getOperatorFactory()).getOperator();
    var harness = new OneInputStreamOperatorTestHarness<>(operator);
    harness.open();
    return harness;
  }

  /** The job's own function, and what its open tiles take by their arrays. */
  private static final class Measured
      implements BundleFunction<CountedPrediction, TileKey, TileBundle.Open, TileDelta> {
    private static final long serialVersionUID = 1L;

    private final transient TileBundle bundle = new TileBundle();
    private final transient Map<TileKey, TileBundle.Open> open = new HashMap<>();
    private long mostBytes;

    long openBytes() {
      long bytes = 0;
      for (TileBundle.Open each : open.values()) {
        Tile tile = each.tile();
        bytes += tile == null ? 0 : (long) (tile.heapBytesPerFeature() * tile.size());
      }
      mostBytes = Math.max(mostBytes, bytes);
      return bytes;
    }

    @Override
    public TileKey key(CountedPrediction element) {
      return bundle.key(element);
    }

    @Override
    public long bytes(TileKey key) {
      return bundle.bytes(key);
    }

    @Override
    public TileBundle.Open create(TileKey key) {
      TileBundle.Open made = bundle.create(key);
      open.put(key, made);
      return made;
    }

    @Override
    public long add(TileBundle.Open sum, CountedPrediction element) {
      return bundle.add(sum, element);
    }

    @Override
    public void emit(TileKey key, TileBundle.Open sum, Collector<TileDelta> out) {
      open.remove(key);
      bundle.emit(key, sum, out);
    }
  }
}
