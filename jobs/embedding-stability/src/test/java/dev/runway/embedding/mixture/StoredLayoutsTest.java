package dev.runway.embedding.mixture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.EmbeddingUse;
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
    EmbeddingUse use = new EmbeddingUse("titles", "v5");
    UseCounts counts = new UseCounts();
    counts.add(List.of(use), 2);
    counts.add(List.of(use, new EmbeddingUse("titles", "v6")), 1.5);
    require(
        "declared-uses-v1",
        new DeclaredUsesSerializer(),
        new DeclaredUses("m", "1.0 beta", 983428200000L, 2, List.of(use)));
    require(
        "use-delta-v1",
        new UseDeltaSerializer(),
        new UseDelta("m", "1.0 beta", 983428200000L, counts));
    require(
        "use-window-v2",
        new UseWindowSerializer(),
        new UseWindow(983428800000L, 983428900000L, 983428850000L, 1, counts));
  }

  /** It did not know since when one waits for it. */
  @Test
  void firstLayoutOfAWindow_isReadAsWaitedForSinceItChanged() throws IOException {
    try (InputStream bytes = getClass().getResourceAsStream("/golden/state/use-window-v1.bin")) {
      DataInputDeserializer in = new DataInputDeserializer(bytes.readAllBytes());
      UseWindow window = new UseWindowSerializer().deserialize(1, in);

      assertThat(in.available()).isZero();
      assertThat(window)
          .returns(983428800000L, UseWindow::endMillis)
          .returns(983428900000L, UseWindow::changedAtMillis)
          .returns(983428900000L, UseWindow::sinceMillis)
          .returns(1L, UseWindow::told);
      assertThat(window.counts().predictions()).isEqualTo(2);
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
