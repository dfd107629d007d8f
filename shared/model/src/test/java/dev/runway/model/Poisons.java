package dev.runway.model;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Bad bytes and, beside them, good ones that look bad: for every reader of events. */
public final class Poisons {
  private static final String HEAD = "{\"prediction_id\":\"p\",\"model_id\":\"m\",";
  private static final String GOOD =
      HEAD + "\"model_version\":\"v\",\"predicted_at\":983428200000,\"score\":0.5";

  private Poisons() {}

  /**
   * What arrives, and what becomes of it.
   *
   * @param bytes what arrives
   * @param reason why it is refused; null when it is accepted
   * @param field the field at fault; null when the event as a whole is
   */
  public record Poison(String name, byte[] bytes, @Nullable Reason reason, @Nullable String field) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** What no codec may accept, whatever the event. */
  public static Stream<Poison> notAnEvent() {
    List<Poison> poisons = new ArrayList<>();
    poisons.add(bad("null value", (byte[]) null, Reason.EMPTY, null));
    poisons.add(bad("empty", "", Reason.EMPTY, null));
    poisons.add(bad("blanks only", " \n\t ", Reason.NOT_JSON, null));
    poisons.add(bad("10 MB", " ".repeat(10 << 20), Reason.TOO_LARGE, null));
    poisons.add(bad("depth 1e5", "{\"a\":".repeat(100_000), Reason.TOO_LARGE, null));
    poisons.add(bad("depth 50,000 of arrays", "[".repeat(50_000), Reason.NOT_AN_OBJECT, null));
    poisons.add(bad("1e6 keys", keys(1_000_000), Reason.TOO_LARGE, null));
    poisons.add(
        bad(
            "million-digit number",
            "{\"a\":" + "9".repeat(1_000_000) + "}",
            Reason.TOO_LARGE,
            null));
    poisons.add(
        bad("200,000-digit number", "{\"a\":" + "9".repeat(200_000) + "}", Reason.OVER_LIMIT, "a"));
    poisons.add(
        bad("65-digit fraction", "{\"a\":0." + "1".repeat(65) + "}", Reason.OVER_LIMIT, "a"));
    poisons.add(
        bad(
            "33 levels",
            "{\"a\":".repeat(32) + "{}" + "}".repeat(32),
            Reason.OVER_LIMIT,
            String.join(".", java.util.Collections.nCopies(32, "a"))));
    poisons.add(
        bad(
            "33 levels of arrays",
            "{\"a\":" + "[".repeat(32) + "]".repeat(32) + "}",
            Reason.OVER_LIMIT,
            "a" + "[0]".repeat(31)));
    poisons.add(
        bad("field name of 257", "{\"" + "n".repeat(257) + "\":1}", Reason.OVER_LIMIT, null));
    poisons.add(bad("null literal", "null", Reason.NOT_AN_OBJECT, null));
    poisons.add(bad("array", "[]", Reason.NOT_AN_OBJECT, null));
    poisons.add(bad("text", "\"text\"", Reason.NOT_AN_OBJECT, null));
    poisons.add(bad("number", "12", Reason.NOT_AN_OBJECT, null));
    poisons.add(bad("boolean", "true", Reason.NOT_AN_OBJECT, null));
    poisons.add(bad("no JSON", "hello", Reason.NOT_JSON, null));
    poisons.add(bad("broken off", "{\"a\":1", Reason.NOT_JSON, "a"));
    poisons.add(bad("broken off in text", "{\"a\":\"x", Reason.NOT_JSON, "a"));
    poisons.add(bad("single quotes", "{'a':1}", Reason.NOT_JSON, null));
    poisons.add(bad("comment", "{/**/\"a\":1}", Reason.NOT_JSON, null));
    poisons.add(bad("trailing comma", "{\"a\":1,}", Reason.NOT_JSON, "a"));
    poisons.add(bad("leading zero", "{\"a\":01}", Reason.NOT_JSON, "a"));
    poisons.add(bad("plus sign", "{\"a\":+1}", Reason.NOT_JSON, "a"));
    poisons.add(bad("hexadecimal", "{\"a\":0x1}", Reason.NOT_JSON, "a"));
    poisons.add(bad("NaN literal", "{\"a\":NaN}", Reason.NOT_JSON, "a"));
    poisons.add(bad("Infinity literal", "{\"a\":Infinity}", Reason.NOT_JSON, "a"));
    poisons.add(bad("-Infinity literal", "{\"a\":-Infinity}", Reason.NOT_JSON, "a"));
    poisons.add(bad("raw line end in text", "{\"a\":\"x\ny\"}", Reason.NOT_JSON, "a"));
    poisons.add(bad("unknown escape", "{\"a\":\"\\x41\"}", Reason.NOT_JSON, "a"));
    poisons.add(bad("duplicate field", "{\"a\":1,\"a\":1}", Reason.DUPLICATE_FIELD, "a"));
    poisons.add(
        bad(
            "duplicate field, one escaped",
            "{\"a\":1,\"\\u0061\":1}",
            Reason.DUPLICATE_FIELD,
            "a"));
    poisons.add(
        bad(
            "duplicate field inside an unknown one",
            "{\"x\":[{\"b\":1,\"b\":2}]}",
            Reason.DUPLICATE_FIELD,
            "x[0].b"));
    poisons.add(bad("byte order mark", bytes(0xEF, 0xBB, 0xBF, '{', '}'), Reason.NOT_JSON, null));
    poisons.add(bad("overlong NUL", inText(0xC0, 0x80), Reason.NOT_JSON, null));
    poisons.add(bad("overlong A", inText(0xC1, 0x81), Reason.NOT_JSON, null));
    poisons.add(bad("overlong, three bytes", inText(0xE0, 0x81, 0x81), Reason.NOT_JSON, null));
    poisons.add(bad("overlong, four bytes", inText(0xF0, 0x80, 0x81, 0x81), Reason.NOT_JSON, null));
    poisons.add(bad("surrogate as UTF-8", inText(0xED, 0xA0, 0x80), Reason.NOT_JSON, null));
    poisons.add(bad("beyond U+10FFFF", inText(0xF4, 0x90, 0x80, 0x80), Reason.NOT_JSON, null));
    poisons.add(bad("stray continuation", inText(0x80), Reason.NOT_JSON, null));
    poisons.add(bad("sequence cut short", inText(0xE2, 0x82), Reason.NOT_JSON, null));
    poisons.add(bad("byte FF", inText(0xFF), Reason.NOT_JSON, null));
    poisons.add(bad("raw NUL in text", inText(0), Reason.NOT_JSON, null));
    poisons.add(
        bad(
            "ISO-8859-1",
            "{\"a\":\"\u00fc\"}".getBytes(StandardCharsets.ISO_8859_1),
            Reason.NOT_JSON,
            null));
    poisons.add(
        bad("UTF-16", "{\"a\":1}".getBytes(StandardCharsets.UTF_16LE), Reason.NOT_JSON, null));
    poisons.add(
        bad(
            "UTF-32",
            "{\"a\":1}".getBytes(java.nio.charset.Charset.forName("UTF-32BE")),
            Reason.NOT_JSON,
            null));
    poisons.add(bad("random bytes", bytes(0x1F, 0x8B, 0x08, 0x00, 0x42), Reason.NOT_JSON, null));
    return poisons.stream();
  }

  /** Predictions, bad and good. */
  public static Stream<Poison> predictions() {
    List<Poison> poisons = new ArrayList<>();
    // Structure.
    poisons.add(bad("trailing object", GOOD + "}{}", Reason.TRAILING_DATA, null));
    poisons.add(bad("trailing garbage", GOOD + "}x", Reason.TRAILING_DATA, null));
    poisons.add(bad("trailing brace", GOOD + "}}", Reason.TRAILING_DATA, null));
    poisons.add(good("trailing line end", GOOD + "}\r\n"));
    poisons.add(
        bad(
            "duplicate id",
            with("prediction_id", "\"q\""),
            Reason.DUPLICATE_FIELD,
            "prediction_id"));
    poisons.add(
        bad(
            "duplicate feature",
            with("features", "{\"x\":1,\"x\":1}"),
            Reason.DUPLICATE_FIELD,
            "features.x"));
    poisons.add(bad("no field", "{}", Reason.MISSING_FIELD, "prediction_id"));
    poisons.add(
        bad(
            "id missing",
            GOOD.replace("prediction_id", "x") + "}",
            Reason.MISSING_FIELD,
            "prediction_id"));
    poisons.add(
        bad(
            "model missing",
            GOOD.replace("model_id", "x") + "}",
            Reason.MISSING_FIELD,
            "model_id"));
    poisons.add(
        bad(
            "version missing",
            GOOD.replace("model_version", "x") + "}",
            Reason.MISSING_FIELD,
            "model_version"));
    poisons.add(
        bad(
            "time missing",
            GOOD.replace("predicted_at", "x") + "}",
            Reason.MISSING_FIELD,
            "predicted_at"));
    poisons.add(
        bad(
            "no answer",
            GOOD.replace("score", "x") + "}",
            Reason.MISSING_FIELD,
            "score, label, value or ranking"));
    poisons.add(
        bad(
            "null for all answers",
            GOOD.replace("0.5", "null") + "}",
            Reason.MISSING_FIELD,
            "score, label, value or ranking"));
    // Ids.
    id(poisons, "number", "12", Reason.WRONG_TYPE);
    id(poisons, "null", "null", Reason.WRONG_TYPE);
    id(poisons, "object", "{\"a\":1}", Reason.WRONG_TYPE);
    id(poisons, "array", "[\"a\"]", Reason.WRONG_TYPE);
    id(poisons, "empty", "\"\"", Reason.BAD_VALUE);
    id(poisons, "blank", "\"a b\"", Reason.BAD_VALUE);
    id(poisons, "line end", "\"a\\n\"", Reason.BAD_VALUE);
    id(poisons, "U+0000", "\"a\\u0000\"", Reason.BAD_VALUE);
    id(poisons, "U+007F", "\"a\\u007f\"", Reason.BAD_VALUE);
    id(poisons, "umlaut", "\"\u00fc\"", Reason.BAD_VALUE);
    id(poisons, "lone surrogate", "\"\\ud800\"", Reason.BAD_VALUE);
    id(poisons, "129 characters", "\"" + "x".repeat(129) + "\"", Reason.BAD_VALUE);
    id(poisons, "9 kB", "\"" + "x".repeat(9_000) + "\"", Reason.BAD_VALUE);
    id(poisons, "100 kB", "\"" + "x".repeat(100_000) + "\"", Reason.OVER_LIMIT);
    id(poisons, "128 characters", "\"" + "x".repeat(128) + "\"", null);
    id(poisons, "punctuation", "\"~a:b/c.d_e-f!\"", null);
    // Numbers.
    score(poisons, "text", "\"12\"", Reason.WRONG_TYPE);
    score(poisons, "NaN text", "\"NaN\"", Reason.WRONG_TYPE);
    score(poisons, "Infinity text", "\"Infinity\"", Reason.WRONG_TYPE);
    score(poisons, "empty text", "\"\"", Reason.WRONG_TYPE);
    score(poisons, "boolean", "true", Reason.WRONG_TYPE);
    score(poisons, "1e999", "1e999", Reason.BAD_VALUE);
    score(poisons, "huge exponent", "1e9999999", Reason.BAD_VALUE);
    score(poisons, "below 0", "-0.001", Reason.BAD_VALUE);
    score(poisons, "above 1", "1.001", Reason.BAD_VALUE);
    score(poisons, "long number", "0." + "1".repeat(70), Reason.OVER_LIMIT);
    score(poisons, "NaN literal", "NaN", Reason.NOT_JSON);
    score(poisons, "1e-9999999", "1e-9999999", null);
    score(poisons, "integer", "1", null);
    poisons.add(bad("value beyond 1e12", with("value", "1.1e12"), Reason.BAD_VALUE, "value"));
    poisons.add(bad("weight below 0", with("weight", "-1"), Reason.BAD_VALUE, "weight"));
    poisons.add(bad("weight 0", with("weight", "0"), Reason.BAD_VALUE, "weight"));
    poisons.add(bad("weight below a unit", with("weight", "9e-7"), Reason.BAD_VALUE, "weight"));
    poisons.add(bad("weight above 2^20", with("weight", "1048577"), Reason.BAD_VALUE, "weight"));
    poisons.add(bad("propensity 0", with("propensity", "0"), Reason.BAD_VALUE, "propensity"));
    // Times.
    time(poisons, "1.9", "1.9", Reason.WRONG_TYPE);
    time(poisons, "1e12", "1e12", Reason.WRONG_TYPE);
    time(poisons, "boolean", "true", Reason.WRONG_TYPE);
    time(poisons, "null", "null", Reason.WRONG_TYPE);
    time(poisons, "digits as text", "\"983428200000\"", Reason.BAD_VALUE);
    time(poisons, "empty text", "\"\"", Reason.BAD_VALUE);
    time(poisons, "ISO without offset", "\"2001-03-01T06:15:00\"", Reason.BAD_VALUE);
    time(poisons, "ISO date", "\"2001-03-01\"", Reason.BAD_VALUE);
    time(poisons, "ISO with zone name", "\"2001-03-01T06:15:00Z[UTC]\"", Reason.BAD_VALUE);
    time(poisons, "30 February", "\"2001-02-30T06:15:00Z\"", Reason.BAD_VALUE);
    time(poisons, "year 300000", "\"+300000-01-01T00:00:00Z\"", Reason.BAD_VALUE);
    time(poisons, "year 10000", "253402300800000", Reason.BAD_VALUE);
    time(poisons, "largest long", "9223372036854775807", Reason.BAD_VALUE);
    time(poisons, "smallest long", "-9223372036854775808", Reason.BAD_VALUE);
    time(poisons, "beyond long", "9223372036854775808", Reason.BAD_VALUE);
    time(poisons, "60 digits", "9".repeat(60), Reason.BAD_VALUE);
    time(poisons, "70 digits", "9".repeat(70), Reason.OVER_LIMIT);
    time(poisons, "ISO with offset", "\"2001-03-01T06:15:00+01:00\"", null);
    time(poisons, "ISO in UTC", "\"2001-03-01T06:15:00.123456789Z\"", null);
    // Plausible for a clock, so the source judges them: see Reason.ANCIENT.
    time(poisons, "epoch seconds", "983428200", null);
    time(poisons, "before 1970", "-1", null);
    // Names and labels.
    poisons.add(
        bad(
            "version empty",
            GOOD.replace("\"v\"", "\"\"") + "}",
            Reason.BAD_VALUE,
            "model_version"));
    poisons.add(
        bad(
            "version number",
            GOOD.replace("\"v\"", "1") + "}",
            Reason.WRONG_TYPE,
            "model_version"));
    poisons.add(bad("label number", with("label", "1"), Reason.WRONG_TYPE, "label"));
    poisons.add(bad("label U+0000", with("label", "\"a\\u0000b\""), Reason.BAD_VALUE, "label"));
    poisons.add(
        bad("label lone surrogate", with("label", "\"\\udc00\""), Reason.BAD_VALUE, "label"));
    poisons.add(
        bad(
            "label surrogates swapped",
            with("label", "\"\\udc00\\ud800\""),
            Reason.BAD_VALUE,
            "label"));
    poisons.add(bad("label control", with("label", "\"a\\u0085\""), Reason.BAD_VALUE, "label"));
    poisons.add(
        bad(
            "label too long",
            with("label", "\"" + "x".repeat(129) + "\""),
            Reason.BAD_VALUE,
            "label"));
    poisons.add(good("label boolean", with("label", "false")));
    poisons.add(good("label emoji", with("label", "\"\\ud83d\\udeeb\"")));
    poisons.add(good("label null", with("label", "null")));
    // Ranking.
    poisons.add(bad("ranking text", with("ranking", "\"a\""), Reason.WRONG_TYPE, "ranking"));
    poisons.add(bad("ranking empty", with("ranking", "[]"), Reason.BAD_VALUE, "ranking"));
    poisons.add(
        bad("ranking of numbers", with("ranking", "[\"a\",2]"), Reason.WRONG_TYPE, "ranking[1]"));
    poisons.add(
        bad(
            "ranking deep item bad",
            with("ranking", "[" + "\"a\",".repeat(100) + "\"\"]"),
            Reason.BAD_VALUE,
            "ranking[100]"));
    // Features.
    poisons.add(bad("features array", with("features", "[1]"), Reason.WRONG_TYPE, "features"));
    poisons.add(bad("features text", with("features", "\"x\""), Reason.WRONG_TYPE, "features"));
    poisons.add(
        bad(
            "feature object",
            with("features", "{\"x\":{\"y\":1}}"),
            Reason.WRONG_TYPE,
            "features.x"));
    poisons.add(
        bad(
            "feature array",
            with("features", "{\"w\":1,\"x\":[1]}"),
            Reason.WRONG_TYPE,
            "features.x"));
    poisons.add(
        bad("feature without name", with("features", "{\"\":1}"), Reason.BAD_VALUE, "features."));
    poisons.add(
        bad(
            "feature name U+0000",
            with("features", "{\"x\\u0000\":1}"),
            Reason.BAD_VALUE,
            "features.x?"));
    poisons.add(
        bad(
            "feature name lone surrogate",
            with("features", "{\"x\\ud800\":1}"),
            Reason.NOT_JSON,
            "features"));
    poisons.add(
        bad(
            "feature U+0000",
            with("features", "{\"x\":\"\\u0000\"}"),
            Reason.BAD_VALUE,
            "features.x"));
    poisons.add(
        bad(
            "feature lone surrogate",
            with("features", "{\"x\":\"a\\ud800\"}"),
            Reason.BAD_VALUE,
            "features.x"));
    poisons.add(
        bad(
            "feature of 65,537 characters",
            with("features", "{\"x\":\"" + "a".repeat(65_537) + "\"}"),
            Reason.OVER_LIMIT,
            "features.x"));
    poisons.add(
        bad(
            "feature of 70 digits",
            with("features", "{\"x\":" + "1".repeat(70) + "}"),
            Reason.OVER_LIMIT,
            "features.x"));
    poisons.add(bad("feature NaN", with("features", "{\"x\":NaN}"), Reason.NOT_JSON, "features.x"));
    poisons.add(good("feature 1e999", with("features", "{\"x\":1e999,\"y\":-1e9999999}")));
    poisons.add(good("feature NaN text", with("features", "{\"x\":\"NaN\"}")));
    poisons.add(good("feature empty text", with("features", "{\"x\":\"\"}")));
    poisons.add(good("feature line end", with("features", "{\"x\":\"a\\nb\"}")));
    poisons.add(good("feature null", with("features", "{\"x\":null}")));
    poisons.add(good("features null", with("features", "null")));
    poisons.add(good("10,000 features", with("features", keys(10_000))));
    // Unknown fields of any shape.
    for (String value :
        List.of(
            "1",
            "1e999",
            "\"\"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "null",
            "true",
            "{}",
            "[]",
            "{\"prediction_id\":1,\"features\":[{\"x\":[[]]}]}",
            "\"" + "x".repeat(70_000) + "\"")) {
      poisons.add(
          good(
              "unknown field " + value.substring(0, Math.min(30, value.length())),
              with("field_of_a_newer_producer", value)));
    }
    return poisons.stream();
  }

  private static void id(List<Poison> poisons, String name, String value, @Nullable Reason reason) {
    poisons.add(
        new Poison(
            "id " + name,
            utf8(GOOD.replace("\"p\"", value) + "}"),
            reason,
            reason == null ? null : "prediction_id"));
  }

  private static void score(
      List<Poison> poisons, String name, String value, @Nullable Reason reason) {
    poisons.add(
        new Poison(
            "score " + name,
            utf8(GOOD.replace("0.5", value) + "}"),
            reason,
            reason == null ? null : "score"));
  }

  private static void time(
      List<Poison> poisons, String name, String value, @Nullable Reason reason) {
    poisons.add(
        new Poison(
            "time " + name,
            utf8(GOOD.replace("983428200000", value) + "}"),
            reason,
            reason == null ? null : "predicted_at"));
  }

  private static String with(String field, String value) {
    return GOOD + ",\"" + field + "\":" + value + "}";
  }

  private static String keys(int count) {
    StringBuilder json = new StringBuilder("{");
    for (int i = 0; i < count; i++) {
      json.append(i == 0 ? "" : ",").append("\"k").append(i).append("\":1");
    }
    return json.append('}').toString();
  }

  private static Poison good(String name, String json) {
    return new Poison(name, utf8(json), null, null);
  }

  private static Poison bad(String name, String json, Reason reason, @Nullable String field) {
    return new Poison(name, utf8(json), reason, field);
  }

  private static Poison bad(
      String name, byte @Nullable [] bytes, Reason reason, @Nullable String field) {
    return new Poison(name, bytes, reason, field);
  }

  private static byte[] utf8(String json) {
    return json.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] inText(int... inside) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(utf8("{\"a\":\"x"));
    out.writeBytes(bytes(inside));
    out.writeBytes(utf8("y\"}"));
    return out.toByteArray();
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }
}
