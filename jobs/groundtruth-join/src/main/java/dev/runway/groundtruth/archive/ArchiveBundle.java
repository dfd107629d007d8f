package dev.runway.groundtruth.archive;

import dev.runway.flink.BundleFunction;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.util.Collector;

/** Puts rows of a part together in memory, so that state is written once for many of them. */
final class ArchiveBundle<E>
    implements BundleFunction<E, ArchivePart, ArchiveBundle.Growing, ArchiveChunk> {
  private static final int FIRST_BYTES = 512;

  private final RowFormat<E> format;

  ArchiveBundle(RowFormat<E> format) {
    this.format = format;
  }

  /** Rows so far. */
  static final class Growing {
    private final DataOutputSerializer bytes = new DataOutputSerializer(FIRST_BYTES);
    private int rows;
  }

  @Override
  public ArchivePart key(E event) {
    return ArchivePart.of(format.dataset(), format.atMillis(event), format.modelId(event));
  }

  @Override
  public Growing create(ArchivePart part) {
    return new Growing();
  }

  @Override
  public long add(Growing growing, E event) {
    try {
      format.serializer().serialize(event, growing.bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    growing.rows++;
    return 0;
  }

  @Override
  public void emit(ArchivePart part, Growing growing, Collector<ArchiveChunk> out) {
    RowBytes rows =
        new RowBytes(format.serializer().version(), growing.rows, growing.bytes.getCopyOfBuffer());
    out.collect(ArchiveChunk.of(part, rows));
  }
}
