package dev.runway.model;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;

/** Good predictions written in every way that JSON allows. */
final class RandomPrediction {
  private static final List<String> TEXTS =
      List.of(
          "x",
          "",
          "predicted_at",
          "\\\"predicted_at\\\":1",
          "\\\\",
          "\\\\\\\"",
          "{",
          "]}",
          "é",
          "🛫",
          "\\u0022:",
          "a,b",
          ":");

  private final SplittableRandom random;

  RandomPrediction(SplittableRandom random) {
    this.random = random;
  }

  String json() {
    List<String> fields = new ArrayList<>();
    fields.add(field("prediction_id", "\"p-1\""));
    fields.add(field("model_id", "\"m\""));
    fields.add(field("model_version", "\"v\""));
    fields.add(field("score", "0.5"));
    fields.add(field("predicted_at", time()));
    fields.add(field("features", features()));
    for (int i = random.nextInt(4); i > 0; i--) {
      fields.add(field("unknown" + i, value(3)));
    }
    shuffle(fields);
    return blanks() + "{" + blanks() + String.join("," + blanks(), fields) + "}" + blanks();
  }

  private String time() {
    long millis = random.nextLong(Limits.MIN_TIME, Limits.MAX_TIME + 1);
    if (random.nextBoolean()) {
      return Long.toString(random.nextBoolean() ? millis : 983_428_200_000L);
    }
    // A day off the edges, so that no offset leaves the years that can be written.
    long inside =
        Math.max(Limits.MIN_TIME + 86_400_000, Math.min(Limits.MAX_TIME - 86_400_000, millis));
    ZoneOffset offset = ZoneOffset.ofTotalSeconds(60 * random.nextInt(-18 * 60, 18 * 60 + 1));
    return "\"" + escaped(Instant.ofEpochMilli(inside).atOffset(offset).toString()) + "\"";
  }

  private String features() {
    List<String> fields = new ArrayList<>();
    fields.add(field("predicted_at", Integer.toString(random.nextInt())));
    fields.add(field("f", random.nextBoolean() ? "1e999" : "\"" + text() + "\""));
    return "{" + blanks() + String.join(",", fields) + "}";
  }

  private String value(int depth) {
    return switch (random.nextInt(depth == 0 ? 4 : 6)) {
      case 0 -> Integer.toString(random.nextInt());
      case 1 -> "null";
      case 2 -> "true";
      case 3 -> "\"" + text() + "\"";
      case 4 -> "{" + field("predicted_at", value(depth - 1)) + "}";
      default -> "[" + value(depth - 1) + "," + blanks() + value(depth - 1) + "]";
    };
  }

  private String field(String name, String value) {
    return blanks() + "\"" + escaped(name) + "\"" + blanks() + ":" + blanks() + value + blanks();
  }

  private String escaped(String text) {
    if (random.nextInt(4) != 0) {
      return text;
    }
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      escaped.append(random.nextInt(3) == 0 ? "\\u" + HexFormat.of().toHexDigits(c) : "" + c);
    }
    return escaped.toString();
  }

  private String text() {
    return TEXTS.get(random.nextInt(TEXTS.size()));
  }

  private String blanks() {
    return random.nextInt(6) == 0 ? " \t\r\n".substring(random.nextInt(4)) : "";
  }

  private void shuffle(List<String> fields) {
    for (int i = fields.size() - 1; i > 0; i--) {
      int k = random.nextInt(i + 1);
      String field = fields.get(i);
      fields.set(i, fields.get(k));
      fields.set(k, field);
    }
  }
}
