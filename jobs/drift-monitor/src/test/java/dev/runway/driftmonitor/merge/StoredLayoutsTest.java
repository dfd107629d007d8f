package dev.runway.driftmonitor.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.drift.distribution.BinnedShares;
import dev.runway.drift.distribution.Smoothing;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.WideCounts;
import dev.runway.drift.window.DaySummary;
import dev.runway.model.DriftTile;
import dev.runway.testkit.GoldenFiles;
import java.io.IOException;
import java.util.Random;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

/** Layouts of state and of the wire: old bytes stay readable, and are written the same. */
class StoredLayoutsTest {
  private static final Span MINUTE = Span.minuteOf(SomeTiles.START, "eu");

  private static final Uncounted WEIGHTED = new Uncounted(300, 20, 50.5, 1_000.25);

  private static final BinnedShares PAIR =
      BinnedShares.of(new long[] {40, 60}, new long[] {55, 45}, Smoothing.JEFFREYS);

  private static final BinnedShares OTHER =
      BinnedShares.of(new long[] {90, 10}, new long[] {5, 95}, Smoothing.JEFFREYS);

  private final GoldenFiles golden = new GoldenFiles();

  @Test
  void layouts_areThoseOfTheGoldenFiles() throws IOException {
    // A tile keeps its version, whatever the layout around it.
    byte[] tile = golden.read("state/tile-v1.bin");
    require("baseline-key-v1", new BaselineKeySerializer(), SomeTiles.KEY);
    require("span-v1", new SpanSerializer(), MINUTE);
    // Of what was kept without the sums of weights each counts as 1, and is written the same.
    require("uncounted-v1", new UncountedSerializer(), new Uncounted(300, 20, 20, 20));
    require("uncounted-v2", new UncountedSerializer(), WEIGHTED);
    require(
        "tile-delta-v1", new TileDeltaSerializer(), new TileDelta(SomeTiles.KEY, MINUTE, 40, tile));
    require(
        "tile-delta-v1-with-uncounted",
        new TileDeltaSerializer(),
        new TileDelta(SomeTiles.KEY, MINUTE, 40, new Uncounted(300, 20, 20, 20), tile));
    require(
        "tile-delta-v1-with-weights",
        new TileDeltaSerializer(),
        new TileDelta(SomeTiles.KEY, MINUTE, 40, WEIGHTED, tile));
    ProducedPart part =
        new ProducedPart("scorer-3", 7, "fr", "runway.producer-tiles", 2, 41, 60_000);
    require(
        "tile-delta-v1-of-a-producer",
        new TileDeltaSerializer(),
        new TileDelta(SomeTiles.KEY, MINUTE, 40, Uncounted.NOTHING, tile, part));
    require(
        "taken-parts-v1",
        new TakenPartsSerializer(),
        TakenParts.NONE
            .with(new TakenParts.Part("scorer-3", 7, Span.NO_SEGMENT, -5))
            .with(new TakenParts.Part("scorer-10", 8, "\u00cele", Long.MAX_VALUE)));
    require("tile-v1", new TileSerializer(), Tile.fromBytes(tile));
    require(
        "drift-tile-v1",
        new DriftTileSerializer(),
        new DriftTile("m", "1", "eu", "baseline-1", 60_000, 120_000, 40, 40, tile));
    byte[] second = golden.read("state/tile-v2.bin");
    require("tile-v2", new TileSerializer(), read("tile-v2", new TileSerializer()));
    TileDelta newest = SomeTiles.delta(new Random(1), MINUTE, 40, 0);
    require("tile-v3", new TileSerializer(), Tile.fromBytes(newest.tile()));
    // In nothing but its version and the rows of new words does it differ from the one before.
    assertThat(golden.read("state/tile-v3.bin")).hasSize(second.length + 1).startsWith((byte) 3);
    WideCounts counts = SomeTiles.counts(newest);
    require("wide-counts-v2", new WideCountsSerializer(), counts);
    require("day-summary-v1-with-counts-v2", new DaySummarySerializer(), day(counts));
    require("day-summary-v1-without-counts", new DaySummarySerializer(), DaySummary.empty(2));
    BinnedShares[] none = {null, null};
    require(
        "day-summary-v2-of-windows-that-are-off",
        new DaySummarySerializer(),
        day(counts)
            .plus(new BinnedShares[] {PAIR, PAIR}, none, new boolean[] {true, false})
            .plus(new BinnedShares[] {OTHER, null}, none, new boolean[] {true, true}));
  }

  /** Two windows, of which one was compared with another one. */
  private static DaySummary day(WideCounts counts) {
    return DaySummary.empty(2)
        .plus(counts)
        .plus(counts)
        .plus(new BinnedShares[] {null, PAIR}, new BinnedShares[] {PAIR, null});
  }

  @Test
  void tileOfVersion1_isAddedToOneOfToday() throws IOException {
    Tile stored = Tile.fromBytes(golden.read("state/tile-v1.bin"));
    Tile today = Tile.fromBytes(SomeTiles.delta(new Random(1), MINUTE, 40, 0).tile());

    assertThat(SomeTiles.LAYOUT.counted(stored)).isTrue();
    assertThat(stored.counts(0)).isEqualTo(today.counts(0));
    stored.merge(today);
    today.merge(Tile.fromBytes(golden.read("state/tile-v1.bin")));
    assertThat(stored.toBytes()).isEqualTo(today.toBytes());
    assertThat(today.events()).isEqualTo(80);
  }

  /** Of fine bins it says what they were, of the wide ones it counted nothing. */
  @Test
  void wideCountsOfVersion1_areReadAndFitNothing() throws IOException {
    WideCounts hour = read("wide-counts-v1", new WideCountsSerializer());
    DaySummary day = read("day-summary-v1", new DaySummarySerializer());

    assertThat(hour.events()).isEqualTo(40);
    assertThat(hour.fits(SomeTiles.LAYOUT)).isFalse();
    assertThat(day.counts().events()).isEqualTo(80);
    assertThat(day.counts().fits(SomeTiles.LAYOUT)).isFalse();
  }

  private <T> T read(String name, TypeSerializer<T> serializer) throws IOException {
    return serializer.deserialize(new DataInputDeserializer(golden.read("state/" + name + ".bin")));
  }

  private <T> void require(String name, TypeSerializer<T> serializer, T value) throws IOException {
    byte[] bytes = bytes(serializer, value);
    golden.requireBytes("state/" + name + ".bin", bytes);
    T read = serializer.deserialize(new DataInputDeserializer(bytes));
    golden.requireBytes("state/" + name + ".bin", bytes(serializer, read));
  }

  private static <T> byte[] bytes(TypeSerializer<T> serializer, T value) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.serialize(value, out);
    return out.getCopyOfBuffer();
  }
}
