package dev.runway.driftmonitor.provisional;

import dev.runway.model.Baseline;
import dev.runway.testkit.GoldenFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

/** Layouts of state and of the wire: old bytes stay readable, and are written the same. */
class StoredLayoutsTest {
  private final GoldenFiles golden = new GoldenFiles();

  @Test
  void layouts_areThoseOfTheGoldenFiles() throws IOException {
    require("sample-key-v1", new SampleKeySerializer(), new SampleKey(ProvisionalHarness.START, 7));
    require(
        "sampled-window-v1",
        new SampledWindowSerializer(),
        new SampledWindow(ProvisionalHarness.START, 3, 300, Long.MAX_VALUE));
    require(
        "sampled-prediction-v1",
        new SampledPredictionSerializer(),
        ProvisionalHarness.prediction(1, ProvisionalHarness.START, 1.5));
    require(
        "baseline-v1",
        new BaselineSerializer(),
        new Baseline("m", "1", "b", 3, 1, 2, true, "{}".getBytes(StandardCharsets.UTF_8)));
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
