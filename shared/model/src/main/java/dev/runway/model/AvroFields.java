package dev.runway.model;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Reads Avro's binary encoding, value by value in the order of a schema, with the checks of {@link
 * StrictJson}. Nothing is allocated by a length before its bytes are there.
 */
final class AvroFields {
  private static final VarHandle DOUBLES =
      MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle FLOATS =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int MAX_VARINT_BYTES = 10;

  private final byte[] bytes;
  private int at;
  private String field = "";

  AvroFields(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Names the field that is read next, for whatever is wrong with it. */
  AvroFields field(String name) {
    field = name;
    return this;
  }

  MalformedEvent bad(String detail) {
    return new MalformedEvent(Reason.BAD_VALUE, field, detail);
  }

  private MalformedEvent notAvro(String detail) {
    return new MalformedEvent(Reason.NOT_AVRO, field, detail + " at byte " + at);
  }

  /** An integer of up to 64 bits, zigzag and in groups of seven bits. */
  long integer() throws MalformedEvent {
    long bits = 0;
    for (int i = 0; i < MAX_VARINT_BYTES; i++) {
      if (at == bytes.length) {
        throw notAvro("breaks off");
      }
      byte b = bytes[at++];
      bits |= (long) (b & 0x7f) << (7 * i);
      if (b >= 0) {
        return (bits >>> 1) ^ -(bits & 1);
      }
    }
    throw notAvro("an integer of more than 10 bytes");
  }

  /**
   * Which type of a union comes.
   *
   * @param types how many it has
   */
  int union(int types) throws MalformedEvent {
    long index = integer();
    if (index < 0 || index >= types) {
      throw notAvro("type " + index + " of a union of " + types);
    }
    return (int) index;
  }

  /** Whether a union of null and another type holds the other one. */
  boolean present() throws MalformedEvent {
    return union(2) == 1;
  }

  boolean truth() throws MalformedEvent {
    require(1);
    byte b = bytes[at++];
    if (b != 0 && b != 1) {
      throw notAvro("a boolean of " + b);
    }
    return b == 1;
  }

  double anyDouble() throws MalformedEvent {
    require(Double.BYTES);
    double value = (double) DOUBLES.get(bytes, at);
    at += Double.BYTES;
    return value;
  }

  float anyFloat() throws MalformedEvent {
    require(Float.BYTES);
    float value = (float) FLOATS.get(bytes, at);
    at += Float.BYTES;
    return value;
  }

  /** A finite number within bounds, both included. */
  double number(double least, double most) throws MalformedEvent {
    double value = anyDouble();
    if (!(value >= least && value <= most)) {
      throw bad(value + " is outside " + least + " to " + most);
    }
    return value;
  }

  /** A time that can be written as text too. */
  long instantMillis() throws MalformedEvent {
    long millis = integer();
    if (millis < Limits.MIN_TIME || millis > Limits.MAX_TIME) {
      throw bad(millis + " ms is outside the years 0000 to 9999");
    }
    return millis;
  }

  /** An id: 1 to {@link Limits#MAX_ID} printable ASCII characters without blanks. */
  String id() throws MalformedEvent {
    String text = text(Limits.MAX_ID);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c > '~') {
        throw bad("an id is printable ASCII without blanks, found U+" + hex(c) + " at " + i);
      }
    }
    if (text.isEmpty()) {
      throw bad("an id has 1 to " + Limits.MAX_ID + " characters, found 0");
    }
    return text;
  }

  /** A short name: 1 to {@link Limits#MAX_LABEL} characters, no control characters. */
  String name() throws MalformedEvent {
    String text = text(Limits.MAX_LABEL);
    if (text.isEmpty()) {
      throw bad("1 to " + Limits.MAX_LABEL + " characters are accepted, found 0");
    }
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        throw bad("control character U+" + hex(text.charAt(i)) + " at " + i);
      }
    }
    return text;
  }

  /** Text that every store can hold: UTF-8 without U+0000, of at most so many characters. */
  String text(int max) throws MalformedEvent {
    int length = length();
    // A character has at most three bytes for each UTF-16 unit: longer ones need not be decoded.
    if (length > 3L * max) {
      throw bad("at most " + max + " characters are accepted, found " + length + " bytes");
    }
    String text = utf8(length);
    if (text.length() > max) {
      throw bad("at most " + max + " characters are accepted, found " + text.length());
    }
    if (text.indexOf(0) >= 0) {
      throw bad("U+0000 at " + text.indexOf(0));
    }
    return text;
  }

  private int length() throws MalformedEvent {
    long length = integer();
    if (length < 0 || length > bytes.length - at) {
      throw notAvro("a text of " + length + " bytes, " + (bytes.length - at) + " are left");
    }
    return (int) length;
  }

  private String utf8(int length) throws MalformedEvent {
    int from = at;
    at += length;
    for (int i = from; i < at; i++) {
      if (bytes[i] < 0) {
        return strict(from, length);
      }
    }
    return new String(bytes, from, length, StandardCharsets.ISO_8859_1);
  }

  /** The JDK's own way of making a string replaces what is not UTF-8. */
  private String strict(int from, int length) throws MalformedEvent {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    try {
      CharBuffer chars = decoder.decode(ByteBuffer.wrap(bytes, from, length));
      return chars.toString();
    } catch (CharacterCodingException e) {
      throw bad("not UTF-8");
    }
  }

  /** Elements of the next block of an array; 0 at its end. */
  long block() throws MalformedEvent {
    long count = integer();
    if (count < 0) {
      // A writer may say the block's bytes too, for readers that skip it.
      integer();
      count = -count;
    }
    // An element has a byte at least.
    if (count < 0 || count > bytes.length - at) {
      throw notAvro("an array of " + count + " elements in " + (bytes.length - at) + " bytes");
    }
    return count;
  }

  private void require(int length) throws MalformedEvent {
    if (bytes.length - at < length) {
      throw notAvro("breaks off");
    }
  }

  /** Ends the event: nothing may follow. */
  void end() throws MalformedEvent {
    if (at != bytes.length) {
      throw new MalformedEvent(
          Reason.TRAILING_DATA, null, (bytes.length - at) + " bytes follow the event");
    }
  }

  private static String hex(char c) {
    return String.format("%04X", (int) c);
  }
}
