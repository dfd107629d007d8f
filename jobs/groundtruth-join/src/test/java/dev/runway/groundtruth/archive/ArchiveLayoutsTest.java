package dev.runway.groundtruth.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.testkit.GoldenFiles;
import dev.runway.testkit.StateTypes;
import java.io.IOException;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

/** Layouts of the archive's state and wire. */
class ArchiveLayoutsTest {
  private static final ArchivePart PART = new ArchivePart("outcomes", 20_000, "late-arrival");
  private static final RowBytes ROWS = new RowBytes(1, 3, new byte[] {1, 2, 3, 4});

  @Test
  void bytes_areThoseOfTheFirstRelease_andStillReadable() throws IOException {
    golden("archive-part", new ArchivePartSerializer(), PART);
    golden("row-bytes", new RowBytesSerializer(), ROWS);
    golden(
        "archive-chunk", new ArchiveChunkSerializer(), new ArchiveChunk(PART, ROWS, true, false));
    golden("waiting-batch", 2, new WaitingBatchSerializer(), new WaitingBatch(3, 1L << 40, 17, 18));
    golden(
        "coverage-epoch",
        new CoverageEpochSerializer(),
        new CoverageEpoch("e", "file:///archive", Long.MIN_VALUE, 17));
  }

  @Test
  void batchOfVersion1_isStillRead_waitingSinceEver() throws IOException {
    byte[] stored = new GoldenFiles().read("state/waiting-batch-v1.bin");

    assertThat(new WaitingBatchSerializer().deserialize(1, new DataInputDeserializer(stored)))
        .isEqualTo(new WaitingBatch(3, 1L << 40, 17, Long.MIN_VALUE));
  }

  @Test
  void types_areNeverLeftToKryo() {
    List.of(
            ArchivePartSerializer.TYPE,
            RowBytesSerializer.TYPE,
            ArchiveChunkSerializer.TYPE,
            WaitingBatchSerializer.TYPE,
            CoverageEpochSerializer.TYPE)
        .forEach(StateTypes::requireNoGenericType);
  }

  private static <T> void golden(String name, TypeSerializer<T> serializer, T value)
      throws IOException {
    golden(name, 1, serializer, value);
  }

  private static <T> void golden(String name, int version, TypeSerializer<T> serializer, T value)
      throws IOException {
    GoldenFiles files = new GoldenFiles();
    String file = "state/" + name + "-v" + version + ".bin";
    files.requireBytes(file, bytes(serializer, value));
    DataInputDeserializer in = new DataInputDeserializer(files.read(file));
    assertThat(bytes(serializer, serializer.deserialize(in))).isEqualTo(bytes(serializer, value));
    assertThat(in.available()).as("bytes left").isZero();
  }

  private static <T> byte[] bytes(TypeSerializer<T> serializer, T value) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.serialize(value, out);
    return out.getCopyOfBuffer();
  }
}
