package dev.runway.control.erasure;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * The bytes by which an id is found in events that were refused, and so may be broken or cut: JSON
 * has it between quotes, Avro behind its length. An id of {@value #LONG_ENOUGH} bytes or more is
 * also looked for anywhere; a shorter one would be found in what is about others.
 */
final class Needles {
  private static final int LONG_ENOUGH = 8;
  private static final int VARINT_BITS = 7;
  private static final int FIRST_PRINTABLE = 0x20;
  private static final int FIRST_NOT_ASCII = 0x7f;

  private Needles() {}

  /** All of some ids, in hexadecimal digits. */
  static List<String> of(List<String> ids) {
    Set<String> needles = new TreeSet<>();
    for (String id : ids) {
      byte[] plain = id.getBytes(StandardCharsets.UTF_8);
      add(needles, quoted(plain));
      add(needles, quoted(escaped(id).getBytes(StandardCharsets.UTF_8)));
      add(needles, behindItsLength(plain));
      if (plain.length >= LONG_ENOUGH) {
        add(needles, plain);
      }
    }
    return List.copyOf(needles);
  }

  private static void add(Set<String> needles, byte[] needle) {
    needles.add(HexFormat.of().formatHex(needle));
  }

  private static byte[] quoted(byte[] text) {
    byte[] quoted = new byte[text.length + 2];
    quoted[0] = '"';
    System.arraycopy(text, 0, quoted, 1, text.length);
    quoted[quoted.length - 1] = '"';
    return quoted;
  }

  /** As a producer may write it that escapes all but ASCII. */
  private static String escaped(String id) {
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      if (c == '"' || c == '\\') {
        escaped.append('\\').append(c);
      } else if (c < FIRST_PRINTABLE || c >= FIRST_NOT_ASCII) {
        escaped.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        escaped.append(c);
      }
    }
    return escaped.toString();
  }

  /** Avro's zigzag of a length that is not negative is twice it, seven bits to a byte. */
  private static byte[] behindItsLength(byte[] text) {
    int rest = 2 * text.length;
    byte[] length = new byte[Integer.BYTES + 1];
    int bytes = 0;
    while (rest >= (1 << VARINT_BITS)) {
      length[bytes++] = (byte) (rest | (1 << VARINT_BITS));
      rest >>>= VARINT_BITS;
    }
    length[bytes++] = (byte) rest;
    byte[] all = new byte[bytes + text.length];
    System.arraycopy(length, 0, all, 0, bytes);
    System.arraycopy(text, 0, all, bytes, text.length);
    return all;
  }
}
