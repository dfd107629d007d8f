package dev.runway.sql.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.reading.DriftPolicy;
import dev.runway.drift.reading.DriftReading;
import dev.runway.drift.reading.DriftReport;
import dev.runway.drift.reading.DriftScorer;
import dev.runway.drift.reading.FeatureDrift;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.types.Row;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.Test;

/** Against the scorer that drift-monitor uses. */
class TileFunctionsTest {

  private static final BaselineProfile PROFILE = Samples.profile("p-1");
  private static final String JSON = Samples.json(PROFILE);
  private static final TileLayout LAYOUT = TileLayout.of(PROFILE, true);
  private static final Tile TILE = Samples.tile(LAYOUT, Samples.rows(3_000, 46, 2));
  private static final Tile CALM = Samples.tile(LAYOUT, Samples.rows(3_000, 40, 3));

  @Test
  void distances_areTheReadingsOfTheMonitor() {
    DriftReport report = new DriftScorer(DriftPolicy.standard()).score(LAYOUT, TILE);
    byte[] tile = TILE.toBytes();

    for (FeatureDrift feature : report.features()) {
      String name = feature.feature();
      assertThat(new Psi().eval(JSON, tile, name)).isEqualTo(reading(feature, "psi"));
      assertThat(new KlDivergence().eval(JSON, tile, name)).isEqualTo(reading(feature, "kl"));
      assertThat(new JsDistance().eval(JSON, tile, name))
          .isEqualTo(Math.sqrt(reading(feature, "js")));
    }
    FeatureDrift age = report.features().get(0);
    assertThat(new Ks().eval(JSON, tile, "age")).isEqualTo(reading(age, "ks"));
    assertThat(reading(age, "psi")).isGreaterThan(0.2);
    assertThat(new Ks().eval(JSON, tile, "country")).as("words have no order").isNull();
  }

  private static double reading(FeatureDrift feature, String metric) {
    return feature.reading(metric).orElseThrow().value();
  }

  @Test
  void readings_areAllOfTheMonitor() {
    DriftReport report = new DriftScorer(DriftPolicy.standard()).score(LAYOUT, TILE);
    List<Row> rows = new ArrayList<>();
    TileReadings function = new TileReadings();
    function.setCollector(into(rows));

    function.eval(JSON, TILE.toBytes());

    List<DriftReading> readings =
        report.features().stream().flatMap(f -> f.readings().stream()).toList();
    assertThat(rows).hasSameSizeAs(readings).hasSizeGreaterThan(20);
    for (int i = 0; i < rows.size(); i++) {
      DriftReading expected = readings.get(i);
      assertThat(rows.get(i))
          .isEqualTo(
              Row.of(
                  expected.feature(),
                  expected.metric(),
                  expected.value(),
                  expected.low(),
                  expected.high(),
                  expected.se(),
                  expected.error(),
                  expected.n(),
                  expected.method(),
                  expected.threshold(),
                  expected.p(),
                  expected.q(),
                  expected.severity().name()));
    }
    rows.clear();
    function.eval(JSON, Samples.tile(LAYOUT, Samples.rows(100, 40, 4)).toBytes());
    assertThat(rows).noneMatch(row -> "psi".equals(row.getField(1)));
    function.eval(JSON, Samples.tile(LAYOUT, Samples.rows(100, 40, 4)).toBytes(), 50);
    assertThat(rows).anyMatch(row -> "psi".equals(row.getField(1)));
  }

  private static Collector<Row> into(List<Row> rows) {
    return new Collector<>() {
      @Override
      public void collect(Row row) {
        rows.add(row);
      }

      @Override
      public void close() {}
    };
  }

  @Test
  void tileMerge_ofParts_isTheTileOfTheWhole() {
    Tile other = Samples.tile(LAYOUT, Samples.rows(500, 30, 5));
    TileMerge merge = new TileMerge();
    TileSum left = merge.createAccumulator();
    TileSum right = merge.createAccumulator();
    TileSum empty = merge.createAccumulator();
    merge.accumulate(left, TILE.toBytes());
    merge.accumulate(left, null);
    merge.accumulate(right, other.toBytes());
    merge.merge(left, List.of(right, empty));

    byte[] merged = merge.getValue(left);

    Tile expected = TILE.plus(other);
    Tile read = Images.tile("test", merged);
    assertThat(read.events()).isEqualTo(3_500);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(read.counts(i)).isEqualTo(expected.counts(i));
    }
    assertThat(new TilePredictions().eval(merged)).isEqualTo(3_500);
    assertThat(new TileProfile().eval(merged)).isEqualTo("p-1");
    assertThat(merge.getValue(empty)).isNull();
  }

  @Test
  void windowAgainstWindow_isTheWayTheMonitorComparesWithTheLastOne() {
    byte[] tile = TILE.toBytes();
    byte[] calm = CALM.toBytes();

    assertThat(new Psi().eval(JSON, tile, "age", tile)).isZero();
    assertThat(new Psi().eval(JSON, tile, "age", calm))
        .isCloseTo(new Psi().eval(JSON, tile, "age"), within(0.05))
        .isGreaterThan(0.2);
    assertThat(new Psi().eval(JSON, tile, "country", calm)).isBetween(0.0, 0.05);
    assertThat(new JsDistance().eval(JSON, tile, "age", calm)).isBetween(0.1, 0.4);
    assertThat(new Ks().eval(JSON, tile, "age", calm)).isBetween(0.15, 0.35);
    assertThat(new Ks().eval(JSON, tile, "country", calm)).isNull();
    byte[] nothing = LAYOUT.newTile().toBytes();
    assertThat(new Psi().eval(JSON, tile, "age", nothing)).isNull();
    assertThat(new Psi().eval(JSON, nothing, "age")).isNull();
  }

  @Test
  void sketchOfTile_givesQuantiles() {
    TileSketch function = new TileSketch();

    byte[] sketch = function.eval(JSON, TILE.toBytes(), "age");

    assertThat(new KllSketchGetNFloat().eval(sketch)).isEqualTo(TILE.n(0));
    assertThat(new KllSketchGetQuantileFloat().eval(sketch, 0.5)).isBetween(44f, 48f);
    assertThat(new KllSketchGetRankFloat().eval(sketch, 46f)).isBetween(0.45, 0.55);
    assertThat(function.eval(JSON, TILE.toBytes(), "country")).isNull();
  }

  @Test
  void nulls_giveNull() {
    byte[] tile = TILE.toBytes();
    Psi psi = new Psi();

    assertThat(psi.eval(null, tile, "age")).isNull();
    assertThat(psi.eval(JSON, null, "age")).isNull();
    assertThat(psi.eval(JSON, tile, null)).isNull();
    assertThat(psi.eval(JSON, tile, "age", null)).isNull();
    assertThat(new TilePredictions().eval(null)).isNull();
    assertThat(new TileProfile().eval(null)).isNull();
    List<Row> rows = new ArrayList<>();
    TileReadings readings = new TileReadings();
    readings.setCollector(into(rows));
    readings.eval(null, tile);
    readings.eval(JSON, null);
    assertThat(rows).isEmpty();
  }

  @Test
  void whatIsNoTileOrNoProfile_isRefusedWithTheFunctionsName() {
    byte[] tile = TILE.toBytes();
    Psi psi = new Psi();

    assertThatThrownBy(() -> psi.eval("{}", tile, "age"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("psi: not a profile");
    assertThatThrownBy(() -> psi.eval(JSON, Arrays.copyOf(tile, tile.length / 2), "age"))
        .hasMessageStartingWith("psi: not a tile");
    assertThatThrownBy(() -> psi.eval(JSON, new byte[] {9, 9}, "age"))
        .hasMessageStartingWith("psi: not a tile");
    assertThatThrownBy(() -> psi.eval(JSON, tile, "shoe_size"))
        .hasMessage("psi: profile p-1 has no feature shoe_size");
    assertThatThrownBy(() -> psi.eval(Samples.json(Samples.profile("p-2")), tile, "age"))
        .hasMessage("psi: the tile was counted for profile p-1, not for p-2: join ON profile_id");
    TileMerge merge = new TileMerge();
    TileSum sum = merge.createAccumulator();
    merge.accumulate(sum, tile);
    byte[] foreign = TileLayout.of(Samples.profile("p-2"), true).newTile().toBytes();
    assertThatThrownBy(() -> merge.accumulate(sum, foreign))
        .hasMessageStartingWith("tile_merge: tiles of profiles p-1 and p-2");
  }
}
