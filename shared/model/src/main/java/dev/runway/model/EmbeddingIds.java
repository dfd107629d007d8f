package dev.runway.model;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Space and item of an {@link Embedding}, found in its bytes without reading the vector, for most
 * of them are sampled out. Judges nothing: where the ids do not stand plainly in the root object
 * there are none, and {@link EmbeddingCodec} says why. Producers that write them before the vector
 * spare it the walk over it.
 */
public record EmbeddingIds(String spaceId, String itemId) {
  private static final byte[] SPACE = "space_id".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ITEM = "item_id".getBytes(StandardCharsets.US_ASCII);

  /** The ids, or null. */
  public static @Nullable EmbeddingIds find(byte @Nullable [] json) {
    if (json == null) {
      return null;
    }
    String space = null;
    String item = null;
    int depth = 0;
    for (int at = 0; at < json.length; at++) {
      byte b = json[at];
      if (b == '"') {
        int end = endOfText(json, at + 1);
        if (end < 0) {
          return null;
        }
        if (depth == 1 && is(json, at + 1, end, SPACE)) {
          space = valueBehind(json, end + 1);
        } else if (depth == 1 && is(json, at + 1, end, ITEM)) {
          item = valueBehind(json, end + 1);
        }
        if (space != null && item != null) {
          return new EmbeddingIds(space, item);
        }
        at = end;
      } else if (b == '{' || b == '[') {
        depth++;
      } else if (b == '}' || b == ']') {
        depth--;
      }
    }
    return null;
  }

  /** The closing quote, or -1; also where a text has an escape, which none of ours has. */
  private static int endOfText(byte[] json, int from) {
    for (int i = from; i < json.length; i++) {
      if (json[i] == '"') {
        return i;
      }
      if (json[i] == '\\') {
        return -1;
      }
    }
    return -1;
  }

  private static boolean is(byte[] json, int from, int to, byte[] name) {
    if (to - from != name.length) {
      return false;
    }
    for (int i = 0; i < name.length; i++) {
      if (json[from + i] != name[i]) {
        return false;
      }
    }
    return true;
  }

  /** The text behind a colon; null where there is none. */
  private static @Nullable String valueBehind(byte[] json, int from) {
    int colon = skipBlanks(json, from);
    if (colon >= json.length || json[colon] != ':') {
      return null;
    }
    int quote = skipBlanks(json, colon + 1);
    if (quote >= json.length || json[quote] != '"') {
      return null;
    }
    int end = endOfText(json, quote + 1);
    return end < 0 ? null : new String(json, quote + 1, end - quote - 1, StandardCharsets.UTF_8);
  }

  private static int skipBlanks(byte[] json, int from) {
    int i = from;
    while (i < json.length
        && (json[i] == ' ' || json[i] == '\t' || json[i] == '\n' || json[i] == '\r')) {
      i++;
    }
    return i;
  }
}
