package dev.runway.control.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
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
  private static final ObjectMapper MAPPER = new ObjectMapper();

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

  /** A refusal that changes something all the same: thrown, it would undo that. */
  public static Answer refusal(Problem problem, String requestId) {
    return new Answer(
        problem.status(), Exchange.PROBLEM_JSON, bytes(problem.json(requestId)), problem.headers());
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

  /** The body of an answer in JSON. */
  public ObjectNode json() {
    try {
      return (ObjectNode) MAPPER.readTree(body == null ? new byte[] {'{', '}'} : body);
    } catch (IOException e) {
      throw new UncheckedIOException("an answer of this API is no JSON", e);
    }
  }

  /** The same without a field of its body. */
  public Answer without(String field) {
    return new Answer(status, contentType, bytes(json().without(field)), headers);
  }

  private static byte[] bytes(JsonNode body) {
    return body.toString().getBytes(StandardCharsets.UTF_8);
  }
}
