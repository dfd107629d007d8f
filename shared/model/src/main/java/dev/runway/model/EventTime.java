package dev.runway.model;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * Finds the event time in the bytes of an event without parsing it whole, so that a source can keep
 * one watermark per partition although decoding happens after it.
 *
 * <p>Looks at fields of the root object only, and stops at the first match. It allocates nothing
 * for epoch milliseconds. It judges nothing: bytes that are no event simply have no time, and the
 * decoder behind the source says why.
 */
public final class EventTime implements Serializable {
  /** No time found. */
  public static final long NONE = Long.MIN_VALUE;

  private static final int MAX_DIGITS = 15;

  private final byte[] field;

  private EventTime(String field) {
    this.field = field.getBytes(StandardCharsets.US_ASCII);
  }

  /** Reads {@code predicted_at}. */
  public static EventTime ofPredictions() {
    return new EventTime("predicted_at");
  }

  /** Reads {@code observed_at}. */
  public static EventTime ofOutcomes() {
    return new EventTime("observed_at");
  }

  /** Epoch milliseconds of the event, or {@link #NONE}. */
  public long millis(byte @Nullable [] json) {
    if (json == null) {
      return NONE;
    }
    int depth = 0;
    int at = 0;
    while (at < json.length) {
      byte b = json[at];
      if (b == '"') {
        int end = endOfString(json, at + 1);
        if (end < 0) {
          return NONE;
        }
        if (depth == 1 && isField(json, at + 1, end)) {
          int colon = skipBlanks(json, end + 1);
          if (colon < json.length && json[colon] == ':') {
            return value(json, skipBlanks(json, colon + 1));
          }
        }
        at = end;
      } else if (b == '{' || b == '[') {
        depth++;
      } else if (b == '}' || b == ']') {
        depth--;
      }
      at++;
    }
    return NONE;
  }

  private boolean isField(byte[] json, int start, int end) {
    if (end - start != field.length) {
      return false;
    }
    for (int i = 0; i < field.length; i++) {
      if (json[start + i] != field[i]) {
        return false;
      }
    }
    return true;
  }

  private static int endOfString(byte[] json, int from) {
    for (int i = from; i < json.length; i++) {
      if (json[i] == '\\') {
        i++;
      } else if (json[i] == '"') {
        return i;
      }
    }
    return -1;
  }

  private static int skipBlanks(byte[] json, int from) {
    int i = from;
    while (i < json.length
        && (json[i] == ' ' || json[i] == '\t' || json[i] == '\n' || json[i] == '\r')) {
      i++;
    }
    return i;
  }

  private static long value(byte[] json, int from) {
    if (from >= json.length) {
      return NONE;
    }
    return json[from] == '"' ? isoMillis(json, from + 1) : epochMillis(json, from);
  }

  private static long epochMillis(byte[] json, int from) {
    boolean negative = json[from] == '-';
    int start = negative ? from + 1 : from;
    long millis = 0;
    int at = start;
    while (at < json.length && json[at] >= '0' && json[at] <= '9') {
      if (at - start == MAX_DIGITS) {
        return NONE;
      }
      millis = millis * 10 + (json[at] - '0');
      at++;
    }
    boolean integer =
        at > start
            && (at == json.length || (json[at] != '.' && json[at] != 'e' && json[at] != 'E'));
    return integer ? (negative ? -millis : millis) : NONE;
  }

  private static long isoMillis(byte[] json, int from) {
    int end = endOfString(json, from);
    if (end < 0 || end - from > 40) {
      return NONE;
    }
    try {
      return OffsetDateTime.parse(new String(json, from, end - from, StandardCharsets.US_ASCII))
          .toInstant()
          .toEpochMilli();
    } catch (DateTimeException | ArithmeticException e) {
      return NONE;
    }
  }
}
