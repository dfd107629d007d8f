package dev.runway.embedding.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.drift.embedding.verdict.NoiseFloor;
import dev.runway.model.EmbeddingSpace.Usage;
import dev.runway.model.EmbeddingStability;
import dev.runway.model.EmbeddingStability.Compatibility;
import dev.runway.model.EmbeddingStability.Metric;
import dev.runway.model.EmbeddingStability.Verdict;
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
    ItemVector item =
        new ItemVector(
            "item-7",
            new float[] {0.5f, Float.NaN, -1.25f},
            983428200000L,
            983428205000L,
            3,
            42,
            7);
    require("item-key-v1", new ItemKeySerializer(), new ItemKey("v5", -3));
    require("item-vector-v1", new ItemVectorSerializer(), item);
    require(
        "sampled-vector-v1",
        new SampledVectorSerializer(),
        new SampledVector("titles", "v5", -3, item));
    require(
        "kept-version-v2",
        new KeptVersionSerializer(),
        new KeptVersion(64, 1_000, -9, 983428200000L, 12, 0.25, 7));
    require(
        "told-pair-v3",
        new ToldPairSerializer(),
        new ToldPair(
            "1|2|3",
            new NoiseFloor(1_000, 10, 0.75, 0.5, 0.625, 0.25, 0.125, 0.0625, 0.03125, 0.5, 0.25),
            stability(),
            983428200000L));
    require("told-pair-bare-v3", new ToldPairSerializer(), new ToldPair("1|2|3", null, null, 7));
    require("embedding-stability-v1", new EmbeddingStabilitySerializer(), stability());
  }

  /** It did not know how far it had reached before. */
  @Test
  void firstLayoutOfAKeptVersion_reachesAsFarAsItDoes() throws IOException {
    try (InputStream bytes = getClass().getResourceAsStream("/golden/state/kept-version-v1.bin")) {
      DataInputDeserializer in = new DataInputDeserializer(bytes.readAllBytes());
      assertThat(new KeptVersionSerializer().deserialize(1, in))
          .isEqualTo(new KeptVersion(64, 1_000, -9, 983428200000L, 12, 1, -9));
      assertThat(in.available()).isZero();
    }
  }

  /** Its floor lacks what is judged now: such a pair is compared anew. */
  @Test
  void firstLayoutOfAToldPair_isReadWithoutItsFloor() throws IOException {
    for (String name : List.of("told-pair-v1", "told-pair-bare-v1")) {
      try (InputStream bytes = getClass().getResourceAsStream("/golden/state/" + name + ".bin")) {
        DataInputDeserializer in = new DataInputDeserializer(bytes.readAllBytes());
        assertThat(new ToldPairSerializer().deserialize(1, in))
            .isEqualTo(new ToldPair("1|2|3", null, null, Long.MIN_VALUE));
        assertThat(in.available()).isZero();
      }
    }
  }

  /** The same of the second one; what was told is still to be told again, or to be ended. */
  @Test
  void secondLayoutOfAToldPair_isReadWithoutItsFloor() throws IOException {
    assertThat(second("told-pair-v2"))
        .isEqualTo(new ToldPair("1|2|3", null, stability(), 983428200000L));
    assertThat(second("told-pair-bare-v2")).isEqualTo(new ToldPair("1|2|3", null, null, 7));
  }

  private ToldPair second(String name) throws IOException {
    try (InputStream bytes = getClass().getResourceAsStream("/golden/state/" + name + ".bin")) {
      DataInputDeserializer in = new DataInputDeserializer(bytes.readAllBytes());
      ToldPair told = new ToldPairSerializer().deserialize(2, in);
      assertThat(in.available()).isZero();
      return told;
    }
  }

  private static EmbeddingStability stability() {
    return new EmbeddingStability(
        "titles",
        "v5",
        "v6",
        3,
        983428200000L,
        false,
        Compatibility.STABLE,
        1_000,
        1_000,
        1_000,
        0,
        64,
        64,
        1_000,
        10,
        null,
        List.of(new Metric("knn_overlap", 0.75, 0.0625, 0.625, 0.875, 1_000, null)),
        List.of(new Verdict(Usage.DATA_ONLY, Compatibility.STABLE, "NOT_USED", List.of("rows"))),
        null);
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
