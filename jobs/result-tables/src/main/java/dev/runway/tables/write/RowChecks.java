package dev.runway.tables.write;

import dev.runway.model.MalformedEvent;
import dev.runway.model.Reason;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Finds values that PostgreSQL refuses (U+0000, times beyond the year 9999), or, worse, accepts: a
 * NaN poisons every average over it, and an unpaired surrogate becomes '?', so that two keys become
 * one.
 */
public final class RowChecks {
  private static final long FIRST_MILLIS = Instant.parse("0001-01-01T00:00:00Z").toEpochMilli();
  private static final long LAST_MILLIS = Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();

  private RowChecks() {}

  /**
   * Checks all values of a row.
   *
   * @throws MalformedEvent naming the column at fault
   */
  static void check(Table table, TableRow row) throws MalformedEvent {
    for (int i = 0; i < row.values().length; i++) {
      Column column = table.columns().get(i);
      Object value = row.values()[i];
      if (value == null) {
        requireNoKey(table, i);
      } else {
        check(column, value);
      }
    }
  }

  private static void requireNoKey(Table table, int index) throws MalformedEvent {
    if (index < table.keyColumns()) {
      throw bad(table.columns().get(index), "a part of the key is missing");
    }
  }

  private static void check(Column column, Object value) throws MalformedEvent {
    switch (column.kind()) {
      case TEXT -> checkText(column, (String) value);
      case DOUBLE -> {
        if (!Double.isFinite((Double) value)) {
          throw bad(column, "a finite number is due, found " + value);
        }
      }
      case INSTANT -> {
        long millis = (Long) value;
        if (millis < FIRST_MILLIS || millis > LAST_MILLIS) {
          throw bad(column, millis + " ms are outside the years 1 to 9999");
        }
      }
      case BIGINT, INTEGER, BOOLEAN, BYTES -> {
        // Every value of the Java type is one of the column's.
      }
    }
  }

  private static void checkText(Column column, String text) throws MalformedEvent {
    int at = firstUnstorable(text, 0);
    if (at >= 0) {
      throw bad(column, "U+%04X at %d cannot be stored".formatted((int) text.charAt(at), at));
    }
  }

  /** Free text with what cannot be stored replaced by U+FFFD; null stays. */
  public static @Nullable String storable(@Nullable String text) {
    if (text == null || firstUnstorable(text, 0) < 0) {
      return text;
    }
    StringBuilder clean = new StringBuilder(text);
    for (int at = firstUnstorable(text, 0); at >= 0; at = firstUnstorable(text, at + 1)) {
      clean.setCharAt(at, '\uFFFD');
    }
    return clean.toString();
  }

  /** Where the first U+0000 or unpaired surrogate is, or -1. */
  private static int firstUnstorable(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0) {
        return i;
      }
      if (Character.isSurrogate(c)) {
        if (!startsPair(text, i)) {
          return i;
        }
        i++;
      }
    }
    return -1;
  }

  private static boolean startsPair(String text, int at) {
    return Character.isHighSurrogate(text.charAt(at))
        && at + 1 < text.length()
        && Character.isLowSurrogate(text.charAt(at + 1));
  }

  private static MalformedEvent bad(Column column, String detail) {
    return new MalformedEvent(Reason.BAD_VALUE, column.name(), detail);
  }
}
