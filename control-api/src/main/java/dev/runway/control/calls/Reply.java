package dev.runway.control.calls;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** An answer of somebody else. What it says is looked at with suspicion. */
public record Reply(int status, HttpHeaders headers, byte[] body) {
  /** Longer is not waited for on somebody else's word alone. */
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(15);

  private static final int SHOWN_CHARS = 300;

  private static final ObjectMapper STRICT =
      new ObjectMapper()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  public boolean isSuccess() {
    return status >= 200 && status < 300;
  }

  /** The body; missing when it is no JSON. */
  public JsonNode json() {
    try {
      JsonNode json = STRICT.readTree(body);
      return json == null ? MissingNode.getInstance() : json;
    } catch (IOException e) {
      return MissingNode.getInstance();
    }
  }

  /** The time it asks to be left alone, in seconds or as a date; zero when it does not say. */
  public Duration retryAfter(Instant now) {
    String text = headers.firstValue("Retry-After").orElse("").strip();
    Duration wait = Duration.ZERO;
    try {
      wait =
          text.matches("[0-9]{1,9}")
              ? Duration.ofSeconds(Long.parseLong(text))
              : Duration.between(
                  now, ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeException e) {
      return Duration.ZERO; // Neither: it did not say.
    }
    if (wait.isNegative()) {
      return Duration.ZERO;
    }
    return wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
  }

  /** What it says, for a person: one line, cut, without control characters. */
  public String shown() {
    String text = new String(body, StandardCharsets.UTF_8);
    JsonNode json = json();
    for (String field : new String[] {"message", "detail", "title"}) {
      if (json.path(field).isTextual()) {
        text = json.path(field).asText();
        break;
      }
    }
    String line = oneLine(text);
    return line.isEmpty() ? "HTTP " + status : "HTTP " + status + ": " + line;
  }

  /** A text of somebody else's as one line that a log and a message can hold. */
  public static String oneLine(String text) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < text.length() && line.length() < SHOWN_CHARS; i++) {
      char c = text.charAt(i);
      boolean plain = c >= ' ' && !(c >= 0x7f && c <= 0x9f) && !Character.isSurrogate(c);
      line.append(plain ? c : ' ');
    }
    return line.toString().strip();
  }
}
