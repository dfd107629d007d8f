package dev.runway.control.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request is answered with.
 *
 * @param body null for an answer without one
 */
public record Answer(
    int status, @Nullable String contentType, byte @Nullable [] body, Map<String, String> headers) {

  private static final String JSON = "application/json";

  public static Answer ok(JsonNode body) {
    return new Answer(200, JSON, bytes(body), Map.of());
  }

  public static Answer status(int status, JsonNode body) {
    return new Answer(status, JSON, bytes(body), Map.of());
  }

  public static Answer created(String location, JsonNode body) {
    return new Answer(201, JSON, bytes(body), Map.of("Location", location));
  }

  public static Answer accepted(JsonNode body) {
    return new Answer(202, JSON, bytes(body), Map.of());
  }

  public static Answer nothing() {
    return new Answer(204, null, null, Map.of());
  }

  public static Answer text(String contentType, String text) {
    return new Answer(200, contentType, text.getBytes(StandardCharsets.UTF_8), Map.of());
  }

  /** The same with a further header. */
  public Answer with(String header, String value) {
    Map<String, String> more = new HashMap<>(headers);
    more.put(header, value);
    return new Answer(status, contentType, body, Map.copyOf(more));
  }

  /** The same with the entity tag of a revision. */
  public Answer revision(long revision) {
    return with("ETag", Etag.of(revision));
  }

  private static byte[] bytes(JsonNode body) {
    return body.toString().getBytes(StandardCharsets.UTF_8);
  }
}
