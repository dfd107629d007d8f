package dev.runway.profile.source;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;

/** Takes the values of a row from Parquet's reader and hands them on; makes no object of a row. */
final class ParquetRow {
  private final Converter[] converters;
  private final RecordMaterializer<Boolean> materializer = new Materializer();
  private Cells cells = new NoCells();

  /**
   * @param types of the columns that are read
   * @param positions of the same columns in the file
   */
  ParquetRow(List<PrimitiveType> types, List<Integer> positions) {
    converters = new Converter[types.size()];
    for (int i = 0; i < converters.length; i++) {
      converters[i] = converter(types.get(i), positions.get(i));
    }
  }

  void into(Cells next) {
    cells = next;
  }

  RecordMaterializer<Boolean> materializer() {
    return materializer;
  }

  private Converter converter(PrimitiveType type, int column) {
    if (type.getLogicalTypeAnnotation() instanceof DecimalLogicalTypeAnnotation decimal) {
      return new Decimal(column, decimal.getScale());
    }
    if (type.getLogicalTypeAnnotation() instanceof IntLogicalTypeAnnotation integer
        && !integer.isSigned()) {
      return new Unsigned(column);
    }
    return new Plain(column);
  }

  private class Plain extends PrimitiveConverter {
    final int column;

    Plain(int column) {
      this.column = column;
    }

    @Override
    public void addInt(int value) {
      cells.number(column, value);
    }

    @Override
    public void addLong(long value) {
      cells.number(column, (double) value);
    }

    @Override
    public void addFloat(float value) {
      cells.number(column, value);
    }

    @Override
    public void addDouble(double value) {
      cells.number(column, value);
    }

    @Override
    public void addBoolean(boolean value) {
      cells.truth(column, value);
    }

    @Override
    public void addBinary(Binary value) {
      cells.word(column, value.toStringUsingUTF8());
    }
  }

  /** Integers without a sign are stored in the bits of those with one. */
  private final class Unsigned extends Plain {
    Unsigned(int column) {
      super(column);
    }

    @Override
    public void addInt(int value) {
      cells.number(column, (double) Integer.toUnsignedLong(value));
    }

    @Override
    public void addLong(long value) {
      cells.number(column, new BigInteger(Long.toUnsignedString(value)).doubleValue());
    }
  }

  private final class Decimal extends Plain {
    private final int scale;

    Decimal(int column, int scale) {
      super(column);
      this.scale = scale;
    }

    @Override
    public void addInt(int value) {
      addLong(value);
    }

    @Override
    public void addLong(long value) {
      cells.number(column, BigDecimal.valueOf(value, scale).doubleValue());
    }

    @Override
    public void addBinary(Binary value) {
      cells.number(column, new BigDecimal(new BigInteger(value.getBytes()), scale).doubleValue());
    }
  }

  private final class Materializer extends RecordMaterializer<Boolean> {
    private final GroupConverter root =
        new GroupConverter() {
          @Override
          public Converter getConverter(int index) {
            return converters[index];
          }

          @Override
          public void start() {}

          @Override
          public void end() {}
        };

    @Override
    public Boolean getCurrentRecord() {
      return Boolean.TRUE;
    }

    @Override
    public GroupConverter getRootConverter() {
      return root;
    }
  }
}
