package dev.runway.groundtruth.archive;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.reader.StreamFormat;
import org.apache.flink.core.fs.FSDataInputStream;
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
 */
final class ParquetRows<E> implements StreamFormat<E> {
  /** Has a setter in {@link AvroReadSupport}, but only for Hadoop's configuration. */
  private static final String READ_SCHEMA = "parquet.avro.read.schema";

  private final RowFormat<E> format;

  ParquetRows(RowFormat<E> format) {
    this.format = format;
  }

  @Override
  public Reader<E> createReader(
      Configuration settings, FSDataInputStream stream, long length, long end) throws IOException {
    ParquetReader<GenericRecord> rows =
        new Builder(new File(stream, length), format.schema()).build();
    return new Reader<>() {
      @Override
      public @Nullable E read() throws IOException {
        GenericRecord row = rows.read();
        return row == null ? null : format.event(row);
      }

      @Override
      public void close() throws IOException {
        rows.close();
      }
    };
  }

  /** Begins anew: Flink passes over the rows that were read before. */
  @Override
  public Reader<E> restoreReader(
      Configuration settings, FSDataInputStream stream, long offset, long length, long end)
      throws IOException {
    stream.seek(0);
    return createReader(settings, stream, length, end);
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
