package dev.runway.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the JSON that producers write: ASCII without escapes, numbers of usual size. It knows no
 * errors: at anything else it is {@link #failed}, and whoever reads begins anew with {@link
 * StrictJson}, which says what is wrong, if anything is.
 *
 * <p>What it accepts it reads exactly as that one does. Numbers are exact: a whole number below
 * 2^53 times or over a power of ten up to 22 is rounded once (Clinger 1990).
 */
final class PlainJson {
  private static final double[] TENS = new double[23];
  private static final long EXACT = 1L << 53;

  static {
    TENS[0] = 1;
    for (int i = 1; i < TENS.length; i++) {
      TENS[i] = TENS[i - 1] * 10;
    }
  }

  private final byte[] bytes;
  private int at;
  private boolean failed;

  /** Of the last text, its quotes left out. */
  private int from;

  private int to;

  PlainJson(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Whether something was met that is not read here; all that was read since is void. */
  boolean failed() {
    return failed;
  }

  void fail() {
    failed = true;
  }

  int from() {
    return from;
  }

  int to() {
    return to;
  }

  /** The next byte behind white space, which stays; 0 at the end. */
  byte peek() {
    int i = at;
    while (i < bytes.length) {
      byte b = bytes[i];
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        at = i;
        return b;
      }
      i++;
    }
    at = i;
    return 0;
  }

  /** Takes a byte behind white space; fails where another one stands. */
  void take(char due) {
    if (peek() == due) {
      at++;
    } else {
      failed = true;
    }
  }

  /** Takes a byte if it stands there. */
  boolean takes(char wanted) {
    if (peek() == wanted) {
      at++;
      return true;
    }
    return false;
  }

  /** Whether nothing but white space is left. */
  boolean atEnd() {
    peek();
    return at == bytes.length;
  }

  /** Takes a text, which then lies between {@link #from} and {@link #to}. */
  void text() {
    take('"');
    int i = at;
    from = i;
    while (i < bytes.length) {
      byte b = bytes[i];
      if (b == '"') {
        to = i;
        at = i + 1;
        return;
      }
      if (b < ' ' || b == '\\' || b == 0x7f) {
        break;
      }
      i++;
    }
    to = from;
    failed = true;
  }

  /** Takes this very text if it stands there. */
  boolean takesText(byte[] text) {
    if (peek() != '"') {
      return false;
    }
    int start = at + 1;
    int end = start + text.length;
    if (end >= bytes.length
        || bytes[end] != '"'
        || !Arrays.equals(bytes, start, end, text, 0, text.length)) {
      return false;
    }
    at = end + 1;
    return true;
  }

  /** A text of 1 to so many characters. */
  String text(int max) {
    text();
    int length = to - from;
    if (failed || length == 0 || length > max) {
      failed = true;
      return "";
    }
    return string();
  }

  /** An id: as {@link #text(int)}, and without blanks. */
  String id() {
    String id = text(Limits.MAX_ID);
    if (id.indexOf(' ') >= 0) {
      failed = true;
    }
    return id;
  }

  /** The last text. */
  String string() {
    return new String(bytes, from, to - from, StandardCharsets.US_ASCII);
  }

  /** Whether the last text is this one. */
  boolean is(byte[] text) {
    return Arrays.equals(bytes, from, to, text, 0, text.length);
  }

  /** Takes a word such as {@code true}. */
  void word(String word) {
    peek();
    if (bytes.length - at < word.length()) {
      failed = true;
      return;
    }
    for (int i = 0; i < word.length(); i++) {
      if (bytes[at + i] != word.charAt(i)) {
        failed = true;
        return;
      }
    }
    at += word.length();
  }

  /** A whole number without sign of up to 15 digits. */
  long whole() {
    peek();
    int start = at;
    long value = digits(0);
    int length = at - start;
    boolean ends = at < bytes.length && bytes[at] != '.' && bytes[at] != 'e' && bytes[at] != 'E';
    if (length == 0 || length > 15 || (length > 1 && bytes[start] == '0') || !ends) {
      failed = true;
    }
    return value;
  }

  /** A number that one rounding makes a double; zero has no sign here. */
  double number() {
    boolean negative = takes('-');
    int start = at;
    long value = digits(0);
    int length = at - start;
    if (length == 0 || (length > 1 && bytes[start] == '0')) {
      failed = true;
      return 0;
    }
    int scale = 0;
    if (at < bytes.length && bytes[at] == '.') {
      at++;
      int point = at;
      value = digits(value);
      scale = point - at;
      length -= scale;
      if (scale == 0) {
        failed = true;
      }
    }
    if (at < bytes.length && (bytes[at] == 'e' || bytes[at] == 'E')) {
      at++;
      scale += exponent();
    }
    boolean minusZero = negative && value == 0;
    if (minusZero || length > 18 || value > EXACT || scale < -22 || scale > 22) {
      failed = true;
      return 0;
    }
    double exact = scale < 0 ? value / TENS[-scale] : value * TENS[scale];
    return negative ? -exact : exact;
  }

  private int exponent() {
    boolean negative = at < bytes.length && bytes[at] == '-';
    if (negative || (at < bytes.length && bytes[at] == '+')) {
      at++;
    }
    int start = at;
    long value = digits(0);
    if (at == start || at - start > 3) {
      failed = true;
      return 0;
    }
    return (int) (negative ? -value : value);
  }

  /** More than 18 digits wrap around; who asks counts them. */
  private long digits(long before) {
    long value = before;
    int i = at;
    while (i < bytes.length) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        break;
      }
      value = 10 * value + digit;
      i++;
    }
    at = i;
    return value;
  }
}
