package dev.runway.demo.replay;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds {@code prediction_id} in the bytes of an event, to be its record key. Judges nothing: an
 * event without one, or with one that is written with escapes, is sent without a key.
 */
final class PredictionId {
  private static final byte[] FIELD = "prediction_id".getBytes(StandardCharsets.US_ASCII);

  private PredictionId() {}

  /** The id's bytes; null when there is none to be read. */
  static byte @Nullable [] of(byte[] json) {
    int depth = 0;
    for (int at = 0; at < json.length; at++) {
      byte b = json[at];
      if (b == '{' || b == '[') {
        depth++;
      } else if (b == '}' || b == ']') {
        depth--;
      } else if (b == '"') {
        int end = endOfString(json, at + 1);
        if (end < 0) {
          return null;
        }
        boolean field = depth == 1 && Arrays.equals(json, at + 1, end, FIELD, 0, FIELD.length);
        int colon = skipBlanks(json, end + 1);
        if (field && colon < json.length && json[colon] == ':') {
          return text(json, skipBlanks(json, colon + 1));
        }
        at = end;
      }
    }
    return null;
  }

  private static byte @Nullable [] text(byte[] json, int from) {
    if (from >= json.length || json[from] != '"') {
      return null;
    }
    int end = endOfString(json, from + 1);
    for (int i = from + 1; i < end; i++) {
      if (json[i] == '\\') {
        return null;
      }
    }
    return end < 0 ? null : Arrays.copyOfRange(json, from + 1, end);
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
    int at = from;
    while (at < json.length && (json[at] == ' ' || json[at] == '\t')) {
      at++;
    }
    return at;
  }
}
