package dev.runway.groundtruth.archive;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.reader.BulkFormat;
import org.apache.flink.connector.file.src.util.CheckpointedPosition;
import org.apache.flink.connector.file.src.util.IteratorResultIterator;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;
import org.apache.flink.util.IOUtils;
import org.apache.parquet.avro.AvroReadSupport;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/**
 * Reads the events of one dataset out of Parquet files, of this release, an older or a newer one.
 *
 * <p>Not flink-parquet's reader: it takes the columns as each file has them, and knows no defaults.
 * Nor Flink's adapter for formats that read row by row: it makes objects of a whole row group at
 * once, for it counts the bytes that are read, and those are read in one go.
 */
final class ParquetRows<E> implements BulkFormat<E, FileSourceSplit> {
  /** Rows that are objects at once; a few batches are on their way at a time. */
  static final int BATCH_ROWS = 2_000;

  /** Has a setter in {@link AvroReadSupport}, but only for Hadoop's configuration. */
  private static final String READ_SCHEMA = "parquet.avro.read.schema";

  private final RowFormat<E> format;

  ParquetRows(RowFormat<E> format) {
    this.format = format;
  }

  /** The rows of a file, by the columns of a schema. */
  static ParquetReader<GenericRecord> open(FSDataInputStream stream, long length, Schema schema)
      throws IOException {
    return new Builder(new File(stream, length), schema).build();
  }

  /** A file as Parquet wants it. */
  static InputFile file(FSDataInputStream stream, long length) {
    return new File(stream, length);
  }

  @Override
  public Reader<E> createReader(Configuration settings, FileSourceSplit split) throws IOException {
    return new Rows<>(format, split);
  }

  /** Begins anew, and passes over the rows that were read before. */
  @Override
  public Reader<E> restoreReader(Configuration settings, FileSourceSplit split) throws IOException {
    Rows<E> rows = new Rows<>(format, split);
    rows.skip(
        split.getReaderPosition().map(CheckpointedPosition::getRecordsAfterOffset).orElse(0L));
    return rows;
  }

  /** Files are of one row group or a few. */
  @Override
  public boolean isSplittable() {
    return false;
  }

  @Override
  public TypeInformation<E> getProducedType() {
    return format.type();
  }

  /** An open file. What it throws names the file: there are thousands of them. */
  private static final class Rows<E> implements Reader<E> {
    private final RowFormat<E> format;
    private final Path path;
    private final ParquetReader<GenericRecord> rows;
    private long read;

    Rows(RowFormat<E> format, FileSourceSplit split) throws IOException {
      this.format = format;
      path = split.path();
      FSDataInputStream stream = null;
      try {
        stream = path.getFileSystem().open(path);
        rows = open(stream, split.fileSize(), format.schema());
      } catch (IOException | RuntimeException e) {
        IOUtils.closeQuietly(stream);
        throw unreadable(e);
      }
    }

    @Override
    public @Nullable RecordIterator<E> readBatch() throws IOException {
      List<E> batch = new ArrayList<>();
      long first = read;
      for (E event = next(); event != null; event = next()) {
        batch.add(event);
        if (batch.size() == BATCH_ROWS) {
          break;
        }
      }
      return batch.isEmpty()
          ? null
          : new IteratorResultIterator<>(batch.iterator(), CheckpointedPosition.NO_OFFSET, first);
    }

    void skip(long count) throws IOException {
      while (read < count && next() != null) {
        // next() counts.
      }
    }

    private @Nullable E next() throws IOException {
      try {
        GenericRecord row = rows.read();
        if (row == null) {
          return null;
        }
        read++;
        return format.event(row);
      } catch (IOException | RuntimeException e) {
        throw unreadable(e);
      }
    }

    private IOException unreadable(Exception cause) {
      return new IOException("cannot read " + path + " behind row " + read, cause);
    }

    @Override
    public void close() throws IOException {
      rows.close();
    }
  }

  private static final class Builder extends ParquetReader.Builder<GenericRecord> {
    private final Schema schema;

    Builder(InputFile file, Schema schema) {
      super(file, configuration(schema));
      this.schema = schema;
      withCodecFactory(new ZstdPages());
    }

    private static ParquetConfiguration configuration(Schema schema) {
      ParquetConfiguration settings = new PlainParquetConfiguration();
      settings.set(READ_SCHEMA, schema.toString());
      return settings;
    }

    @Override
    protected ReadSupport<GenericRecord> getReadSupport() {
      return new KnownColumns(schema);
    }
  }

  /** Asks a file for those of its columns that the schema knows; defaults stand for the others. */
  private static final class KnownColumns extends AvroReadSupport<GenericRecord> {
    private final Schema schema;

    KnownColumns(Schema schema) {
      super(GenericData.get());
      this.schema = schema;
    }

    @Override
    public ReadContext init(
        ParquetConfiguration settings, Map<String, String> metadata, MessageType file) {
      ReadContext all = super.init(settings, metadata, file);
      List<Type> known =
          file.getFields().stream()
              .filter(type -> schema.getField(type.getName()) != null)
              .toList();
      return new ReadContext(new MessageType(file.getName(), known), all.getReadSupportMetadata());
    }
  }

  private record File(FSDataInputStream stream, long length) implements InputFile {
    @Override
    public long getLength() {
      return length;
    }

    @Override
    public SeekableInputStream newStream() {
      return new DelegatingSeekableInputStream(stream) {
        @Override
        public long getPos() throws IOException {
          return stream.getPos();
        }

        @Override
        public void seek(long position) throws IOException {
          stream.seek(position);
        }
      };
    }
  }
}
