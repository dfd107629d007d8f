package dev.runway.groundtruth.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/** Columns of a row by name, with null for what is absent. */
final class Columns {
  private Columns() {}

  /** The columns of a dataset. */
  static Schema schema(String dataset) {
    String name = "/archive/" + dataset + ".avsc";
    try (InputStream in = Columns.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("no " + name + " on the class path: the jar is broken");
      }
      return new Schema.Parser().parse(in);
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }

  /** A number, or null for NaN, which stands for an absent one in events. */
  static @Nullable Double orNull(double number) {
    return Double.isNaN(number) ? null : number;
  }

  static String text(GenericRecord row, String column) {
    return required(row, column).toString();
  }

  static byte @Nullable [] bytesOrNull(GenericRecord row, String column) {
    if (!(row.get(column) instanceof ByteBuffer value)) {
      return null;
    }
    byte[] bytes = new byte[value.remaining()];
    value.duplicate().get(bytes);
    return bytes;
  }

  static @Nullable String textOrNull(GenericRecord row, String column) {
    Object value = row.get(column);
    return value == null ? null : value.toString();
  }

  static @Nullable List<String> textsOrNull(GenericRecord row, String column) {
    if (!(row.get(column) instanceof List<?> values)) {
      return null;
    }
    List<String> texts = new ArrayList<>(values.size());
    values.forEach(value -> texts.add(String.valueOf(value)));
    return texts;
  }

  static long integer(GenericRecord row, String column) {
    return ((Number) required(row, column)).longValue();
  }

  static long integerOr(GenericRecord row, String column, long absent) {
    return row.get(column) instanceof Number number ? number.longValue() : absent;
  }

  static double number(GenericRecord row, String column) {
    return ((Number) required(row, column)).doubleValue();
  }

  static double numberOr(GenericRecord row, String column, double absent) {
    return row.get(column) instanceof Number number ? number.doubleValue() : absent;
  }

  static boolean flag(GenericRecord row, String column) {
    return (Boolean) required(row, column);
  }

  private static Object required(GenericRecord row, String column) {
    Object value = row.get(column);
    if (value == null) {
      throw new IllegalArgumentException("a row of the archive without " + column);
    }
    return value;
  }
}
