package dev.runway.profile.source;

import dev.runway.drift.profile.FeatureKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/**
 * A Parquet file. Numbers and decimals are numeric, booleans boolean, texts categorical; times,
 * bytes and nested columns are left out, and not read at all.
 *
 * <p>A row group is in memory at a time, of the columns that are read.
 */
public final class ParquetSet implements TrainingSet {
  private final Path file;
  private final MessageType schema;
  private final List<Column> columns;

  private ParquetSet(Path file, MessageType schema) {
    this.file = file;
    this.schema = schema;
    List<Column> found = new ArrayList<>();
    for (Type type : schema.getFields()) {
      found.add(column(type));
    }
    columns = List.copyOf(found);
  }

  /** Opens a file and reads its schema. */
  public static ParquetSet of(Path file) throws IOException {
    try (ParquetFileReader reader = reader(file)) {
      return new ParquetSet(file, reader.getFileMetaData().getSchema());
    }
  }

  private static ParquetFileReader reader(Path file) throws IOException {
    try {
      return ParquetFileReader.open(
          new LocalInputFile(file),
          ParquetReadOptions.builder(new PlainParquetConfiguration())
              .withCodecFactory(new PageCodecs())
              .build());
    } catch (RuntimeException e) {
      throw unreadable(file, e);
    }
  }

  private static IOException unreadable(Path file, RuntimeException e) {
    return new IOException("cannot read " + file + " as Parquet: " + e.getMessage(), e);
  }

  private static Column column(Type type) {
    FeatureKind kind = kind(type);
    return kind == null
        ? Column.leftOut(type.getName(), "is of type " + typeName(type))
        : Column.of(type.getName(), kind);
  }

  private static String typeName(Type type) {
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    if (logical != null) {
      return logical.toString();
    }
    return type.isPrimitive() ? type.asPrimitiveType().getPrimitiveTypeName().name() : "group";
  }

  private static @Nullable FeatureKind kind(Type type) {
    if (!type.isPrimitive() || type.isRepetition(Type.Repetition.REPEATED)) {
      return null;
    }
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    PrimitiveTypeName primitive = type.asPrimitiveType().getPrimitiveTypeName();
    if (logical instanceof DecimalLogicalTypeAnnotation) {
      return FeatureKind.NUMERIC;
    }
    return switch (primitive) {
      case INT32, INT64 ->
          logical == null || logical instanceof IntLogicalTypeAnnotation
              ? FeatureKind.NUMERIC
              : null;
      case FLOAT, DOUBLE -> logical == null ? FeatureKind.NUMERIC : null;
      case BOOLEAN -> FeatureKind.BOOLEAN;
      case BINARY ->
          logical instanceof LogicalTypeAnnotation.StringLogicalTypeAnnotation
                  || logical instanceof LogicalTypeAnnotation.EnumLogicalTypeAnnotation
              ? FeatureKind.CATEGORICAL
              : null;
      case INT96, FIXED_LEN_BYTE_ARRAY -> null;
    };
  }

  @Override
  public List<Column> columns() {
    return columns;
  }

  @Override
  public Pass open(Set<Integer> wanted) throws IOException {
    return new Rows(reader(file), wanted);
  }

  @Override
  public void close() {}

  private final class Rows implements Pass {
    private final ParquetFileReader reader;
    private final MessageColumnIO layout;
    private final ParquetRow row;
    private @Nullable RecordReader<Boolean> group;
    private long rowsLeft;
    private long number;

    Rows(ParquetFileReader reader, Set<Integer> wanted) throws IOException {
      this.reader = reader;
      List<PrimitiveType> read = new ArrayList<>();
      List<Integer> positions = new ArrayList<>();
      for (int i = 0; i < columns.size(); i++) {
        if (columns.get(i).leftOut() == null && wanted.contains(i)) {
          read.add(schema.getType(i).asPrimitiveType());
          positions.add(i);
        }
      }
      if (read.isEmpty()) {
        reader.close();
        throw new IOException(file + " has no column of numbers, texts or booleans");
      }
      try {
        requireRoom(read);
      } catch (IOException e) {
        reader.close();
        throw e;
      }
      MessageType projection = new MessageType(schema.getName(), List.copyOf(read));
      reader.setRequestedSchema(projection);
      layout = new ColumnIOFactory(false).getColumnIO(projection, schema);
      row = new ParquetRow(read, positions);
    }

    /** A row group is read as a whole: told before the heap is full, and how to go on. */
    private void requireRoom(List<PrimitiveType> read) throws IOException {
      Set<String> names = read.stream().map(Type::getName).collect(Collectors.toSet());
      long largest = 0;
      for (BlockMetaData rowGroup : reader.getRowGroups()) {
        long bytes =
            rowGroup.getColumns().stream()
                .filter(column -> names.contains(column.getPath().toArray()[0]))
                .mapToLong(ColumnChunkMetaData::getTotalSize)
                .sum();
        largest = Math.max(largest, bytes);
      }
      long heap = Runtime.getRuntime().maxMemory();
      if (largest > heap / 2) {
        throw new IOException(
            ("%s has a row group of %,d MB, and this process %,d MB of memory: set RUNWAY_HEAP to 4g"
                    + " or so, leave columns out, or write smaller row groups")
                .formatted(file, largest >> 20, heap >> 20));
      }
    }

    @Override
    public boolean next(Cells cells) throws IOException {
      try {
        RecordReader<Boolean> open = group;
        while (open == null || rowsLeft == 0) {
          PageReadStore pages = reader.readNextRowGroup();
          if (pages == null) {
            return false;
          }
          rowsLeft = pages.getRowCount();
          open = layout.getRecordReader(pages, row.materializer());
          group = open;
        }
        number++;
        rowsLeft--;
        row.into(cells);
        open.read();
        return true;
      } catch (IOException | RuntimeException e) {
        throw new IOException(
            "cannot read %s behind row %,d: %s".formatted(file, number, e.getMessage()), e);
      }
    }

    @Override
    public String place() {
      return "row " + number;
    }

    @Override
    public void close() throws IOException {
      reader.close();
    }
  }
}
