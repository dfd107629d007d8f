package dev.runway.driftmonitor.merge;

import dev.runway.drift.tile.Tile;
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

  private final GoldenFiles golden = new GoldenFiles();

  @Test
  void layouts_areThoseOfTheGoldenFiles() throws IOException {
    TileDelta delta = SomeTiles.delta(new Random(1), MINUTE, 40, 0);
    require("baseline-key-v1", new BaselineKeySerializer(), SomeTiles.KEY);
    require("span-v1", new SpanSerializer(), MINUTE);
    require("tile-delta-v1", new TileDeltaSerializer(), delta);
    require("tile-v1", new TileSerializer(), Tile.fromBytes(delta.tile()));
    require(
        "drift-tile-v1",
        new DriftTileSerializer(),
        new DriftTile("m", "1", "eu", "baseline-1", 60_000, 120_000, 40, 40, delta.tile()));
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
