package dev.runway.tables.write;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One row for a {@link Table}.
 *
 * @param values one for each column, of the type its kind says; nobody writes to the array
 */
public record TableRow(Origin origin, @Nullable Object[] values) {

  public static TableRow of(Origin origin, @Nullable Object... values) {
    return new TableRow(origin, values);
  }

  /** About how many bytes it is in a statement. */
  long bytes() {
    long bytes = 0;
    for (Object value : values) {
      if (value instanceof byte[] content) {
        bytes += content.length;
      } else if (value instanceof String text) {
        bytes += text.length();
      } else {
        bytes += Long.BYTES;
      }
    }
    return bytes;
  }

  /** The primary key, with equals and hashCode by content; its parts compare with each other. */
  List<@Nullable Object> key(Table table) {
    @Nullable Object[] key = Arrays.copyOf(values, table.keyColumns());
    for (int i = 0; i < key.length; i++) {
      if (key[i] instanceof byte[] bytes) {
        key[i] = ByteBuffer.wrap(bytes);
      }
    }
    return Arrays.asList(key);
  }
}
