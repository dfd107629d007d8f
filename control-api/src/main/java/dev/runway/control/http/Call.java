package dev.runway.control.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.security.Subject;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that has passed every check: who asks may, and the contract takes what was sent.
 *
 * @param path parameters of the path
 * @param query parameters of the query
 * @param headers those that the contract names, under the names it gives them
 * @param body null when the operation has none
 */
public record Call(
    Operation operation,
    Subject subject,
    String requestId,
    Map<String, String> path,
    Map<String, String> query,
    Map<String, String> headers,
    @Nullable ObjectNode body) {

  /** A parameter of the path. */
  public String path(String name) {
    String value = path.get(name);
    if (value == null) {
      throw new IllegalStateException(operation + " has no path parameter " + name);
    }
    return value;
  }

  /** A parameter of the query, or null. */
  public @Nullable String query(String name) {
    return query.get(name);
  }

  /** A header that the contract names, or null. */
  public @Nullable String header(String name) {
    return headers.get(name);
  }

  /** The body of an operation that has one. */
  public ObjectNode json() {
    if (body == null) {
      throw new IllegalStateException(operation + " has no body");
    }
    return body;
  }

  /** A text of the body that the contract requires. */
  public String text(String field) {
    return json().path(field).asText();
  }

  /** A text of the body, or null. */
  public @Nullable String optional(String field) {
    JsonNode node = json().path(field);
    return node.isTextual() ? node.textValue() : null;
  }

  /**
   * Holds the If-Match header against nothing being there yet.
   *
   * @throws Problem 412 with one: whoever sends it has seen something
   */
  public void requireNone() {
    String ifMatch = headers.get("If-Match");
    if (ifMatch != null) {
      throw Problem.changed("it is not there, and this change was based on " + ifMatch);
    }
  }

  /**
   * Holds the If-Match header against what is there.
   *
   * @throws Problem 428 or 412
   */
  public void requireMatch(long currentRevision) {
    Etag.require(headers.get("If-Match"), currentRevision);
  }
}
