package dev.runway.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON object from bytes with a streaming parser, and turns every breach of the contract
 * into a {@link MalformedEvent} that names the field.
 *
 * <p>Strict means: no coercion between types, no duplicate fields, nothing after the object, finite
 * numbers, well-formed UTF-8, text that PostgreSQL and Kafka can hold (no U+0000, no unpaired
 * surrogates). Unknown fields pass, so that producers may be newer than readers.
 */
final class StrictJson implements AutoCloseable {
  private static final JsonFactory FACTORY = factory(Limits.MAX_TEXT);

  private final JsonParser parser;
  private final byte[] bytes;

  // The parser's own check makes a set per object: a third of an event's cost and most of its
  // garbage.
  private final FieldNames names = FieldNames.take();

  private StrictJson(JsonParser parser, byte[] bytes) {
    this.parser = parser;
    this.bytes = bytes;
  }

  /** For events that have a text of more than {@link Limits#MAX_TEXT} characters. */
  static JsonFactory factory(int maxText) {
    return JsonFactory.builder()
        .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
        // Interning pays only with long-lived names; a producer may invent new ones for ever.
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
        .disable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(Limits.MAX_DEPTH)
                .maxStringLength(maxText)
                .maxNumberLength(Limits.MAX_NUMBER_CHARS)
                .maxNameLength(Limits.MAX_NAME)
                .build())
        .build();
  }

  /** Opens the object; the first field is the next thing to read. */
  static StrictJson open(byte @Nullable [] bytes) throws MalformedEvent {
    return open(bytes, Limits.MAX_EVENT_BYTES);
  }

  /** Opens an object of at most so many bytes. */
  static StrictJson open(byte @Nullable [] bytes, int maxBytes) throws MalformedEvent {
    return open(bytes, maxBytes, FACTORY);
  }

  /** Opens an object of at most so many bytes, with a factory of {@link #factory}. */
  static StrictJson open(byte @Nullable [] bytes, int maxBytes, JsonFactory factory)
      throws MalformedEvent {
    if (bytes == null || bytes.length == 0) {
      throw new MalformedEvent(Reason.EMPTY, null, "no bytes where an event is due");
    }
    if (bytes.length > maxBytes) {
      throw new MalformedEvent(
          Reason.TOO_LARGE, null, bytes.length + " bytes, at most " + maxBytes + " are accepted");
    }
    requireUtf8(bytes);
    StrictJson json = new StrictJson(parser(bytes, factory), bytes);
    try {
      JsonToken first = json.next();
      if (first != JsonToken.START_OBJECT) {
        throw new MalformedEvent(
            Reason.NOT_AN_OBJECT, null, "an event is one JSON object, found " + named(first));
      }
      return json;
    } catch (MalformedEvent e) {
      json.close();
      throw e;
    }
  }

  private static void requireUtf8(byte[] bytes) throws MalformedEvent {
    if (Utf8.hasByteOrderMark(bytes)) {
      throw new MalformedEvent(
          Reason.NOT_JSON, null, "begins with a byte order mark, which JSON does not have");
    }
    int invalid = Utf8.firstInvalid(bytes);
    if (invalid != Utf8.VALID) {
      throw new MalformedEvent(
          Reason.NOT_JSON,
          null,
          String.format("not UTF-8: byte 0x%02X at %d", bytes[invalid] & 0xFF, invalid));
    }
  }

  private static JsonParser parser(byte[] bytes, JsonFactory factory) throws MalformedEvent {
    try {
      return factory.createParser(bytes);
    } catch (IOException e) {
      throw new MalformedEvent(Reason.NOT_JSON, null, "unreadable");
    }
  }

  /** The next field of the current object, its value being the current token; null at its end. */
  @Nullable String nextField() throws MalformedEvent {
    JsonToken token = next();
    if (token == JsonToken.END_OBJECT) {
      return null;
    }
    String name;
    try {
      name = parser.currentName();
    } catch (IOException e) {
      throw refused(e);
    }
    next();
    return name;
  }

  /** Ends the event: nothing but white space may follow. */
  void end() throws MalformedEvent {
    JsonToken token;
    try {
      token = parser.nextToken();
    } catch (IOException e) {
      throw new MalformedEvent(Reason.TRAILING_DATA, null, "something follows the event's object");
    }
    if (token != null) {
      throw new MalformedEvent(Reason.TRAILING_DATA, null, "something follows the event's object");
    }
  }

  boolean isNull() {
    return parser.currentToken() == JsonToken.VALUE_NULL;
  }

  boolean isText() {
    return parser.currentToken() == JsonToken.VALUE_STRING;
  }

  boolean isNumber() {
    JsonToken token = parser.currentToken();
    return token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT;
  }

  boolean isBoolean() {
    JsonToken token = parser.currentToken();
    return token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE;
  }

  /** Skips the current value whatever it is; its syntax is still checked. */
  void skip() throws MalformedEvent {
    JsonToken token = parser.currentToken();
    int open = 0;
    while (true) {
      if (token.isStructStart()) {
        open++;
      } else if (token.isStructEnd()) {
        open--;
      }
      if (open == 0) {
        return;
      }
      token = next();
    }
  }

  void enterObject() throws MalformedEvent {
    expect(parser.currentToken() == JsonToken.START_OBJECT, "an object");
  }

  void enterArray() throws MalformedEvent {
    expect(parser.currentToken() == JsonToken.START_ARRAY, "an array");
  }

  /** Whether the current array has another element, which becomes the current token. */
  boolean nextElement() throws MalformedEvent {
    return next() != JsonToken.END_ARRAY;
  }

  /** An id: 1 to {@link Limits#MAX_ID} printable ASCII characters without blanks. */
  String id() throws MalformedEvent {
    String text = rawText();
    if (text.isEmpty() || text.length() > Limits.MAX_ID) {
      throw bad("an id has 1 to " + Limits.MAX_ID + " characters, found " + text.length());
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c > '~') {
        throw bad("an id is printable ASCII without blanks, found U+" + hex(c) + " at " + i);
      }
    }
    return text;
  }

  /** A SHA-256 as 64 lower-case hexadecimal digits. */
  String sha256() throws MalformedEvent {
    String text = rawText();
    boolean hex = text.length() == 64;
    for (int i = 0; hex && i < text.length(); i++) {
      char c = text.charAt(i);
      hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    }
    if (!hex) {
      throw bad("64 lower-case hexadecimal digits are due");
    }
    return text;
  }

  /** A short name: 1 to {@link Limits#MAX_LABEL} characters, no control characters. */
  String name() throws MalformedEvent {
    return text(Limits.MAX_LABEL);
  }

  /** Text of 1 to {@code max} characters that every store can hold. */
  String text(int max) throws MalformedEvent {
    String text = rawText();
    if (text.isEmpty() || text.length() > max) {
      throw bad("1 to " + max + " characters are accepted, found " + text.length());
    }
    requireClean(text);
    return text;
  }

  private void requireClean(String text) throws MalformedEvent {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= ' ' && c <= '~') {
        continue;
      }
      if (Character.isISOControl(c)) {
        throw bad("control character U+" + hex(c) + " at " + i);
      }
      if (Character.isSurrogate(c)) {
        boolean paired =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!paired) {
          throw bad("unpaired surrogate U+" + hex(c) + " at " + i);
        }
        i++;
      }
    }
  }

  /** Text as it stands, possibly empty: for what Runway itself wrote. */
  String freeText() throws MalformedEvent {
    return rawText();
  }

  /**
   * Checks the current text as {@link #freeText} that a store can hold, without keeping it: no
   * U+0000, no unpaired surrogates.
   */
  void requireStorableText() throws MalformedEvent {
    try {
      char[] chars = parser.getTextCharacters();
      int from = parser.getTextOffset();
      int to = from + parser.getTextLength();
      for (int i = from; i < to; i++) {
        char c = chars[i];
        if (c > 0 && c < Character.MIN_SURROGATE) {
          continue;
        }
        if (c == 0) {
          throw bad("U+0000 at " + (i - from));
        }
        if (Character.isSurrogate(c)) {
          boolean paired =
              Character.isHighSurrogate(c) && i + 1 < to && Character.isLowSurrogate(chars[i + 1]);
          if (!paired) {
            throw bad("unpaired surrogate U+" + hex(c) + " at " + (i - from));
          }
          i++;
        }
      }
    } catch (IOException e) {
      throw refused(e);
    }
  }

  /** A name that a producer chose: not empty, no control characters, no unpaired surrogates. */
  void requireFeatureName(String name) throws MalformedEvent {
    if (name.isEmpty()) {
      throw bad("a feature has a name");
    }
    requireClean(name);
  }

  void requireScalar() throws MalformedEvent {
    expect(parser.currentToken().isScalarValue(), "a number, text, boolean or null");
  }

  /** Base64 text as bytes; the parser's own decoder would let control characters pass. */
  byte[] base64() throws MalformedEvent {
    try {
      return Base64.getDecoder().decode(rawText());
    } catch (IllegalArgumentException e) {
      throw bad("not base64");
    }
  }

  /** Base64 text of so many bytes, both bounds included. */
  byte[] base64(int least, int most) throws MalformedEvent {
    byte[] decoded = base64();
    if (decoded.length < least || decoded.length > most) {
      throw bad(least + " to " + most + " bytes are accepted, found " + decoded.length);
    }
    return decoded;
  }

  /** A finite number. */
  double number() throws MalformedEvent {
    double value = anyNumber();
    if (!Double.isFinite(value)) {
      throw bad("a finite number is due");
    }
    return value;
  }

  /** A finite number within bounds, both included. */
  double number(double least, double most) throws MalformedEvent {
    double value = number();
    if (value < least || value > most) {
      throw bad(value + " is outside " + least + " to " + most);
    }
    return value;
  }

  /** A number that may overflow to an infinity, as features may. */
  double anyNumber() throws MalformedEvent {
    expect(isNumber(), "a number");
    try {
      return parser.getDoubleValue();
    } catch (IOException e) {
      throw refused(e);
    }
  }

  /** An integer of 64 bits; 1.0 is not one. */
  long integer() throws MalformedEvent {
    expect(parser.currentToken() == JsonToken.VALUE_NUMBER_INT, "an integer");
    try {
      return parser.getLongValue();
    } catch (IOException e) {
      throw bad("not an integer of 64 bits");
    }
  }

  /** An integer within bounds, both included. */
  long integer(long least, long most) throws MalformedEvent {
    long value = integer();
    if (value < least || value > most) {
      throw bad(value + " is outside " + least + " to " + most);
    }
    return value;
  }

  /** A number of things: an integer of at least 0. */
  long count() throws MalformedEvent {
    return integer(0, Long.MAX_VALUE);
  }

  boolean bool() throws MalformedEvent {
    expect(isBoolean(), "true or false");
    return parser.currentToken() == JsonToken.VALUE_TRUE;
  }

  /**
   * An instant of the years 0000 to 9999: epoch milliseconds, or ISO 8601 text with an offset.
   * Whether it is plausible, for example not epoch seconds, is for the source to judge.
   */
  long instantMillis() throws MalformedEvent {
    long millis =
        parser.currentToken() == JsonToken.VALUE_NUMBER_INT ? integer() : isoInstantMillis();
    if (millis < Limits.MIN_TIME || millis > Limits.MAX_TIME) {
      throw bad("a time of the years 0000 to 9999 is due, in milliseconds");
    }
    return millis;
  }

  private long isoInstantMillis() throws MalformedEvent {
    expect(isText(), "epoch milliseconds or ISO 8601 text with an offset");
    String text = rawText();
    byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
    long millis = IsoTime.millis(ascii, 0, ascii.length);
    if (millis != EventTime.NONE) {
      return millis;
    }
    try {
      return OffsetDateTime.parse(text).toInstant().toEpochMilli();
    } catch (DateTimeException | ArithmeticException e) {
      throw bad("not ISO 8601 with an offset, such as 2001-03-01T06:15:00Z");
    }
  }

  <E extends Enum<E>> E constant(Class<E> type) throws MalformedEvent {
    String text = rawText();
    try {
      return Enum.valueOf(type, text);
    } catch (IllegalArgumentException e) {
      throw bad("one of " + Arrays.toString(type.getEnumConstants()) + " is due");
    }
  }

  /** The bytes of the current value as they stand in the event, white space inside included. */
  byte[] raw() throws MalformedEvent {
    int from = (int) parser.currentTokenLocation().getByteOffset();
    skip();
    return Arrays.copyOfRange(bytes, from, (int) parser.currentLocation().getByteOffset());
  }

  MalformedEvent bad(String detail) {
    return new MalformedEvent(Reason.BAD_VALUE, path(), detail);
  }

  /** A field is missing in the object that has just ended, whose own path comes before it. */
  MalformedEvent missingHere(String field) {
    String path = path();
    return missing(path == null ? field : path + "." + field);
  }

  static MalformedEvent missing(String field) {
    return new MalformedEvent(Reason.MISSING_FIELD, field, "the field must be there");
  }

  @Override
  public void close() {
    names.release();
    try {
      parser.close();
    } catch (IOException e) {
      throw new IllegalStateException("closing a parser over bytes does no I/O", e);
    }
  }

  private String rawText() throws MalformedEvent {
    expect(isText(), "text");
    try {
      return parser.getText();
    } catch (IOException e) {
      throw refused(e);
    }
  }

  private JsonToken next() throws MalformedEvent {
    try {
      JsonToken token = parser.nextToken();
      if (token == null) {
        throw new MalformedEvent(Reason.NOT_JSON, null, "the event breaks off");
      }
      if (token == JsonToken.FIELD_NAME) {
        if (!names.add(parser.currentName())) {
          throw new MalformedEvent(
              Reason.DUPLICATE_FIELD, path(), "the object has had this field already");
        }
      } else if (token == JsonToken.START_OBJECT) {
        names.enter();
      } else if (token == JsonToken.END_OBJECT) {
        names.leave();
      }
      return token;
    } catch (IOException e) {
      throw refused(e);
    }
  }

  private void expect(boolean holds, String due) throws MalformedEvent {
    if (!holds) {
      throw new MalformedEvent(
          Reason.WRONG_TYPE, path(), due + " is due, found " + named(parser.currentToken()));
    }
  }

  /** Path of the current value, such as {@code coverage.received}; null at the root. */
  private @Nullable String path() {
    StringBuilder path = new StringBuilder();
    appendPath(path, parser.getParsingContext());
    return path.isEmpty() ? null : path.toString();
  }

  private static void appendPath(StringBuilder path, @Nullable JsonStreamContext context) {
    if (context == null) {
      return;
    }
    appendPath(path, context.getParent());
    if (context.inArray() && context.hasCurrentIndex()) {
      path.append('[').append(context.getCurrentIndex()).append(']');
    } else if (context.inObject() && context.hasCurrentName()) {
      path.append(path.isEmpty() ? "" : ".").append(context.getCurrentName());
    }
  }

  private MalformedEvent refused(IOException cause) {
    String field = path();
    if (cause instanceof StreamConstraintsException limit) {
      return new MalformedEvent(Reason.OVER_LIMIT, field, firstLine(limit.getOriginalMessage()));
    }
    String message =
        cause instanceof JsonParseException parse ? parse.getOriginalMessage() : cause.getMessage();
    return new MalformedEvent(Reason.NOT_JSON, field, firstLine(message));
  }

  private static String firstLine(@Nullable String message) {
    if (message == null) {
      return "unreadable";
    }
    int end = message.indexOf('\n');
    String line = end < 0 ? message : message.substring(0, end);
    return line.length() > 200 ? line.substring(0, 200) : line;
  }

  private static String named(@Nullable JsonToken token) {
    if (token == null) {
      return "nothing";
    }
    return switch (token) {
      case START_OBJECT, END_OBJECT -> "an object";
      case START_ARRAY, END_ARRAY -> "an array";
      case VALUE_STRING -> "text";
      case VALUE_NUMBER_INT -> "an integer";
      case VALUE_NUMBER_FLOAT -> "a number";
      case VALUE_TRUE, VALUE_FALSE -> "a boolean";
      case VALUE_NULL -> "null";
      default -> token.name();
    };
  }

  private static String hex(char c) {
    return String.format("%04X", (int) c);
  }
}
