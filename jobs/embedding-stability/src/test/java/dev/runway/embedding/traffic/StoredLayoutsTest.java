package dev.runway.embedding.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.drift.embedding.traffic.TrafficMetric;
import dev.runway.drift.embedding.traffic.TrafficReading;
import dev.runway.drift.embedding.traffic.TrafficReadings;
import dev.runway.drift.embedding.traffic.TrafficSums;
import dev.runway.flink.types.VersionedSerializer;
import dev.runway.testkit.GoldenFiles;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
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
    sums.add(new float[] {1, 1}, 5, -5_000, 700);
    require(
        "traffic-delta-v2",
        new TrafficDeltaSerializer(),
        new TrafficDelta("titles", "v 5", 983428200000L, sums));
    require(
        "traffic-window-v2",
        new TrafficWindowSerializer(),
        new TrafficWindow(983428800000L, 983428900000L, 7, true, sums));
    require(
        "traffic-reference-v2",
        new TrafficReferenceSerializer(),
        new TrafficReference(983428200000L, 983428800000L, sums));
    require(
        "open-window-v1",
        new OpenWindowSerializer(),
        new OpenWindow(983428800000L, 983428900000L, 983428850000L, 7, true, sums.counts()));
    require("traffic-part-v1", new TrafficPartSerializer(), new TrafficPart(sums.part(3)));
  }

  /** They did not know which vectors were stored before what caused them. */
  @Test
  void firstLayouts_areReadWithNoneAhead() throws IOException {
    TrafficDelta delta = first("traffic-delta-v1", new TrafficDeltaSerializer());
    assertThat(delta.key()).isEqualTo("titles v 5");
    assertThat(delta.windowStartMillis()).isEqualTo(983428200000L);
    TrafficWindow window = first("traffic-window-v1", new TrafficWindowSerializer());
    assertThat(window.endMillis()).isEqualTo(983428800000L);
    assertThat(window.told()).isEqualTo(7);
    assertThat(window.compared()).isTrue();
    TrafficReference reference = first("traffic-reference-v1", new TrafficReferenceSerializer());
    assertThat(reference.endMillis()).isEqualTo(983428800000L);

    for (TrafficSums sums : List.of(delta.sums(), window.sums(), reference.sums())) {
      assertThat(sums.vectors()).isEqualTo(3);
      assertThat(sums.usable()).isEqualTo(2);
      assertThat(sums.gone()).isEqualTo(1);
      assertThat(TrafficReadings.of(sums, null))
          .filteredOn(reading -> reading.metric() == TrafficMetric.AHEAD)
          .extracting(TrafficReading::value)
          .containsExactly(0.0);
    }
  }

  private static <T> T first(String name, VersionedSerializer<T> serializer) throws IOException {
    try (InputStream bytes =
        StoredLayoutsTest.class.getResourceAsStream("/golden/state/" + name + ".bin")) {
      DataInputDeserializer in = new DataInputDeserializer(bytes.readAllBytes());
      T read = serializer.deserialize(1, in);
      assertThat(in.available()).isZero();
      return read;
    }
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
