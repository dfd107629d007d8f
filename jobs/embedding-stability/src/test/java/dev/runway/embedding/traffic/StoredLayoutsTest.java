package dev.runway.embedding.traffic;

import dev.runway.drift.embedding.traffic.TrafficSums;
import dev.runway.testkit.GoldenFiles;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

/** The layouts of state and of the wire: old bytes stay readable, and are written the same. */
class StoredLayoutsTest {
  private final GoldenFiles golden = new GoldenFiles();

  @Test
  void layouts_areThoseOfTheGoldenFiles() throws IOException {
    TrafficSums sums = new TrafficSums(2);
    sums.add(new float[] {0.5f, -1.25f}, 3, 5_000, 7_000);
    sums.add(new float[] {0.5f, 2}, 3, 500, 700);
    sums.add(new float[2], 4, 0, 0);
    sums.addGone();
    require(
        "traffic-delta-v1",
        new TrafficDeltaSerializer(),
        new TrafficDelta("titles", "v 5", 983428200000L, sums));
    require(
        "traffic-window-v1",
        new TrafficWindowSerializer(),
        new TrafficWindow(983428800000L, 983428900000L, 7, true, sums));
    require(
        "traffic-reference-v1",
        new TrafficReferenceSerializer(),
        new TrafficReference(983428200000L, 983428800000L, sums));
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
