package dev.runway.groundtruth.archive;

import dev.runway.flink.types.VersionedSerializer;
import java.io.IOException;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.flink.api.common.serialization.BulkWriter;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.formats.parquet.ParquetWriterFactory;
import org.apache.parquet.avro.AvroParquetWriter;
import org.apache.parquet.avro.AvroWriteSupport;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.jspecify.annotations.Nullable;

/**
 * Writes the chunks of one batch as one Parquet file, and ends it with the last of them: the file
 * itself is closed at the next checkpoint, but no buffer waits for that. Batches come one after the
 * other, so a subtask holds the buffers of one row group, however many parts it writes.
 */
final class ParquetBatchWriter implements BulkWriter<ArchiveChunk> {
  /** Rows of a group are buffered in memory, some 200,000 of a binary model. */
  private static final long ROW_GROUP_BYTES = 16L * 1024 * 1024;

  private final FSDataOutputStream out;
  private @Nullable Open<?> open;

  /** Whether the last chunk has been written. */
  private boolean complete;

  ParquetBatchWriter(FSDataOutputStream out) {
    this.out = out;
  }

  /** Makes a writer per file. */
  static final class Factory implements BulkWriter.Factory<ArchiveChunk> {
    @Override
    public BulkWriter<ArchiveChunk> create(FSDataOutputStream out) {
      return new ParquetBatchWriter(out);
    }
  }

  /** Parquet files of these columns. */
  static ParquetWriterFactory<GenericRecord> parquet(Schema schema) {
    return parquet(schema, Map.of());
  }

  /**
   * Parquet files of these columns.
   *
   * @param footer what their footers say besides
   */
  static ParquetWriterFactory<GenericRecord> parquet(Schema schema, Map<String, String> footer) {
    ParquetConfiguration settings = new PlainParquetConfiguration();
    // Lists as the Parquet specification has them now; the old way some readers misread.
    settings.setBoolean(AvroWriteSupport.WRITE_OLD_LIST_STRUCTURE, false);
    return new ParquetWriterFactory<>(
        file ->
            AvroParquetWriter.<GenericRecord>builder(file)
                .withSchema(schema)
                .withDataModel(GenericData.get())
                .withConf(settings)
                .withCodecFactory(new ZstdPages())
                .withCompressionCodec(CompressionCodecName.ZSTD)
                .withRowGroupSize(ROW_GROUP_BYTES)
                .withExtraMetaData(footer)
                .build());
  }

  @Override
  public void addElement(ArchiveChunk chunk) throws IOException {
    if (complete) {
      throw new IllegalStateException("behind the end of its file: " + chunk.part());
    }
    if (open == null) {
      open = new Open<>(RowFormat.of(chunk.part().dataset()), out);
    }
    open.write(chunk.rows());
    if (chunk.last()) {
      finish();
    }
  }

  @Override
  public void flush() {
    // A row group cannot be written in part.
  }

  @Override
  public void finish() throws IOException {
    if (open != null) {
      open.finish();
      open = null;
    }
    complete = true;
  }

  /** The events in waiting rows, by whichever release they were written. */
  static <E> void forEach(RowFormat<E> format, RowBytes rows, EventWriter<E> writer)
      throws IOException {
    VersionedSerializer<E> serializer = format.serializer();
    DataInputDeserializer in = new DataInputDeserializer(rows.bytes());
    for (int i = 0; i < rows.rows(); i++) {
      writer.write(serializer.deserialize(rows.layout(), in));
    }
  }

  /** Takes events. */
  interface EventWriter<E> {
    void write(E event) throws IOException;
  }

  /** A file of one dataset. */
  private static final class Open<E> {
    private final RowFormat<E> format;
    private final BulkWriter<GenericRecord> parquet;

    Open(RowFormat<E> format, FSDataOutputStream out) throws IOException {
      this.format = format;
      parquet = parquet(format.schema()).create(out);
    }

    void write(RowBytes rows) throws IOException {
      forEach(format, rows, event -> parquet.addElement(format.columns(event)));
    }

    void finish() throws IOException {
      parquet.finish();
    }
  }
}
