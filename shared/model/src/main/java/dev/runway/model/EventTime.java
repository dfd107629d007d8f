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
 * for epoch milliseconds and for ISO 8601 as {@link IsoTime} reads it. It judges nothing: bytes
 * that are no event simply have no time, and the decoder behind the source says why.
 */
public final class EventTime implements Serializable {
  /** No time found. */
  public static final long NONE = Long.MIN_VALUE;

  private static final int MAX_DIGITS = 15;
  private static final int MAX_ISO_CHARS = 40;

  /** Bytes of one character when it is escaped as four hexadecimal digits. */
  private static final int ESCAPED = 6;

  private final String name;
  private final byte[] field;

  /** Whether these events have an Avro form too. */
  private final boolean avro;

  /** Added to what the field says. */
  private final long shiftMillis;

  private EventTime(String field, boolean avro, long shiftMillis) {
    this.name = field;
    this.field = field.getBytes(StandardCharsets.US_ASCII);
    this.avro = avro;
    this.shiftMillis = shiftMillis;
  }

  /** Reads {@code predicted_at}. */
  public static EventTime ofPredictions() {
    return new EventTime("predicted_at", true, 0);
  }

  /** Reads {@code observed_at}. */
  public static EventTime ofOutcomes() {
    return new EventTime("observed_at", false, 0);
  }

  /**
   * Reads {@code window_end} of producers' tiles, and adds the length of a tile: once a minute's
   * counts are here, the next ones are due only when another minute is over, and nobody else has to
   * wait for them until then.
   */
  public static EventTime ofProducerTiles() {
    return new EventTime("window_end", false, ProducerTile.LENGTH_MILLIS);
  }

  /** Epoch milliseconds of an event in Avro, or {@link #NONE}. */
  public long avroMillis(byte @Nullable [] event) {
    return avro ? AvroPredictionCodec.millis(event) : NONE;
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
            long millis = value(json, skipBlanks(json, colon + 1));
            return millis == NONE ? NONE : millis + shiftMillis;
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
      // Longer names may be the same one with escapes; no producer writes that, but JSON may.
      return end - start > field.length
          && end - start <= ESCAPED * field.length
          && hasEscape(json, start, end)
          && unescaped(json, start, end).equals(name);
    }
    for (int i = 0; i < field.length; i++) {
      if (json[start + i] != field[i]) {
        return false;
      }
    }
    return true;
  }

  private static boolean hasEscape(byte[] json, int start, int end) {
    for (int i = start; i < end; i++) {
      if (json[i] == '\\') {
        return true;
      }
    }
    return false;
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
    return integer ? inRange(negative ? -millis : millis) : NONE;
  }

  private static long isoMillis(byte[] json, int from) {
    int end = endOfString(json, from);
    if (end < 0 || end - from > ESCAPED * MAX_ISO_CHARS) {
      return NONE;
    }
    long plain = IsoTime.millis(json, from, end);
    if (plain != NONE) {
      return plain;
    }
    try {
      return inRange(OffsetDateTime.parse(unescaped(json, from, end)).toInstant().toEpochMilli());
    } catch (DateTimeException | ArithmeticException e) {
      return NONE;
    }
  }

  private static long inRange(long millis) {
    return millis < Limits.MIN_TIME || millis > Limits.MAX_TIME ? NONE : millis;
  }

  /** The text between two quotes; an escape that is none stays as it stands. */
  private static String unescaped(byte[] json, int from, int end) {
    StringBuilder text = new StringBuilder(end - from);
    int at = from;
    while (at < end) {
      int code = json[at] == '\\' && at + 6 <= end && json[at + 1] == 'u' ? hex(json, at + 2) : -1;
      if (code >= 0) {
        text.append((char) code);
        at += 6;
      } else {
        text.append((char) (json[at] & 0xFF));
        at++;
      }
    }
    return text.toString();
  }

  /** The number of four hexadecimal digits, or -1. */
  private static int hex(byte[] json, int from) {
    int code = 0;
    for (int i = from; i < from + 4; i++) {
      int digit = Character.digit(json[i], 16);
      if (digit < 0) {
        return -1;
      }
      code = code * 16 + digit;
    }
    return code;
  }
}
