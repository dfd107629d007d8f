package dev.runway.model;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Checks that bytes are UTF-8 as JSON may hold it, which the parser does not: it lets overlong
 * forms pass (so that two different byte strings become the same id), and takes text with zero
 * bytes for UTF-16.
 */
final class Utf8 {
  /** All bytes are good. */
  static final int VALID = -1;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long ONES = 0x0101010101010101L;

  private Utf8() {}

  /**
   * Index of the first byte of the first sequence that is not well-formed (Unicode 15, table 3-7)
   * or is U+0000, or {@link #VALID}.
   */
  static int firstInvalid(byte[] bytes) {
    int at = 0;
    while (at < bytes.length) {
      if (at + Long.BYTES <= bytes.length && isPlain((long) LONGS.get(bytes, at))) {
        at += Long.BYTES;
        continue;
      }
      int length = sequenceLength(bytes, at);
      if (length == 0) {
        return at;
      }
      at += length;
    }
    return VALID;
  }

  // Eight bytes of 1 to 127: no high bit is set, and none appears by subtracting one from each.
  private static boolean isPlain(long eight) {
    return ((eight | (eight - ONES)) & HIGH_BITS) == 0;
  }

  /** Bytes of the sequence at an index; 0 when it is none. */
  private static int sequenceLength(byte[] bytes, int at) {
    int first = bytes[at] & 0xFF;
    if (first < 0x80) {
      return first == 0 ? 0 : 1;
    }
    if (first >= 0xC2 && first <= 0xDF) {
      return continues(bytes, at + 1, 0x80, 0xBF) ? 2 : 0;
    }
    if (first >= 0xE0 && first <= 0xEF) {
      // Overlong forms begin E0 80..9F, surrogates ED A0..BF.
      int least = first == 0xE0 ? 0xA0 : 0x80;
      int most = first == 0xED ? 0x9F : 0xBF;
      return continues(bytes, at + 1, least, most) && continues(bytes, at + 2, 0x80, 0xBF) ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
      // Overlong forms begin F0 80..8F, what is beyond U+10FFFF begins F4 90.
      int least = first == 0xF0 ? 0x90 : 0x80;
      int most = first == 0xF4 ? 0x8F : 0xBF;
      return continues(bytes, at + 1, least, most)
              && continues(bytes, at + 2, 0x80, 0xBF)
              && continues(bytes, at + 3, 0x80, 0xBF)
          ? 4
          : 0;
    }
    return 0;
  }

  private static boolean continues(byte[] bytes, int at, int least, int most) {
    return at < bytes.length && (bytes[at] & 0xFF) >= least && (bytes[at] & 0xFF) <= most;
  }

  /** Whether the bytes begin with a byte order mark. */
  static boolean hasByteOrderMark(byte[] bytes) {
    return bytes.length >= 3
        && (bytes[0] & 0xFF) == 0xEF
        && (bytes[1] & 0xFF) == 0xBB
        && (bytes[2] & 0xFF) == 0xBF;
  }
}
