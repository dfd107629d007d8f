package dev.runway.control.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Ends a request with problem details (RFC 9457). Carries no stack: it is an answer, not a bug.
 * What it quotes of a request is cut, and control characters are replaced.
 */
public final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int MAX_CHARS = 300;
  private static final int MAX_FAULTS = 50;

  private final int status;
  private final String kind;
  private final String title;

  @SuppressWarnings("serial") // Never serialized.
  private final List<Fault> faults;

  @SuppressWarnings("serial") // Never serialized.
  private final Map<String, String> headers;

  @SuppressWarnings("serial") // Never serialized.
  private final List<String> path;

  private Problem(
      int status,
      String kind,
      String title,
      String detail,
      List<Fault> faults,
      Map<String, String> headers) {
    this(status, kind, title, detail, faults, headers, List.of());
  }

  private Problem(
      int status,
      String kind,
      String title,
      String detail,
      List<Fault> faults,
      Map<String, String> headers,
      List<String> path) {
    super(printable(detail), null, false, false);
    this.status = status;
    this.kind = kind;
    this.title = title;
    this.faults = List.copyOf(faults);
    this.headers = Map.copyOf(headers);
    this.path = List.copyOf(path);
  }

  private static Problem of(int status, String kind, String title, String detail) {
    return new Problem(status, kind, title, detail, List.of(), Map.of());
  }

  /** 400: not what HTTP or JSON allows. */
  public static Problem malformed(String detail) {
    return of(400, "malformed", "Malformed request", detail);
  }

  /** 400: a parameter or header that the contract does not take. */
  public static Problem parameter(String place, String name, String detail) {
    return new Problem(
        400,
        "parameter",
        "Parameter not accepted",
        name + ": " + detail,
        List.of(new Fault(place, name, detail)),
        Map.of());
  }

  /** 401: not known who asks. */
  public static Problem unauthenticated(String detail) {
    return new Problem(
        401,
        "unauthenticated",
        "Who asks is not known",
        detail,
        List.of(),
        Map.of("WWW-Authenticate", "Bearer realm=\"runway\""));
  }

  /** 403: known, and not allowed. */
  public static Problem forbidden(String detail) {
    return of(403, "forbidden", "Not allowed", detail);
  }

  /** 404. */
  public static Problem notFound(String detail) {
    return of(404, "not-found", "Not found", detail);
  }

  /** 405. */
  public static Problem method(String allowed) {
    return new Problem(
        405,
        "method",
        "Method not allowed",
        "this path takes " + allowed,
        List.of(),
        Map.of("Allow", allowed));
  }

  /** 408: the rest of it is not waited for, and the connection is of no more use. */
  public static Problem tooSlow(Duration limit) {
    return new Problem(
        408,
        "too-slow",
        "Request took too long",
        "the body did not come within " + limit,
        List.of(),
        Map.of("Connection", "close"));
  }

  /** 409: in the way of what is there. */
  public static Problem conflict(String detail) {
    return of(409, "conflict", "Conflict", detail);
  }

  /**
   * 409: things would depend on themselves.
   *
   * @param path from one of them round to itself; empty for who must not see it
   */
  public static Problem cycle(List<String> path) {
    return new Problem(
        409,
        "cycle",
        "Things would depend on themselves",
        path.isEmpty() ? "through what this token does not see" : String.join(" -> ", path),
        List.of(),
        Map.of(),
        path);
  }

  /** 412: changed since it was read. */
  public static Problem changed(String detail) {
    return of(412, "changed", "Changed since it was read", detail);
  }

  /** 413. */
  public static Problem tooLarge(int maxBytes) {
    return of(413, "too-large", "Body too large", "at most " + maxBytes + " bytes are accepted");
  }

  /** 415. */
  public static Problem mediaType(String accepted) {
    return of(415, "media-type", "Media type not accepted", "send " + accepted);
  }

  /** 422: understood, and wrong. */
  public static Problem invalid(List<Fault> faults) {
    Fault first = faults.get(0);
    String more = faults.size() == 1 ? "" : ", and " + (faults.size() - 1) + " more";
    return new Problem(
        422, "invalid", "Not valid", first.name() + ": " + first.detail() + more, faults, Map.of());
  }

  /** 422 for one field. */
  public static Problem invalid(String pointer, String detail) {
    return invalid(List.of(Fault.at(pointer, detail)));
  }

  /** 422: the same key came with another request. */
  public static Problem keyReused() {
    return of(
        422,
        "idempotency-key-reused",
        "Idempotency-Key used before",
        "this key was sent with another request; take a new one");
  }

  /** 428: the change must say what it is based on. */
  public static Problem preconditionMissing() {
    return of(
        428,
        "if-match-missing",
        "If-Match missing",
        "read it first, and send its ETag as If-Match, so that no other change is overwritten");
  }

  /** 429. */
  public static Problem tooMany(long retryAfterSeconds) {
    return new Problem(
        429,
        "too-many",
        "Too many requests",
        "no more of these are taken now",
        List.of(),
        Map.of("Retry-After", Long.toString(retryAfterSeconds)));
  }

  /** 500: ours. What happened is in the log under the request's id, not here. */
  public static Problem internal() {
    return of(500, "internal", "Internal error", "the log has it under this request's id");
  }

  /** 503: try again. */
  public static Problem unavailable(String detail) {
    return new Problem(
        503, "unavailable", "Not available now", detail, List.of(), Map.of("Retry-After", "2"));
  }

  /** Whatever HTTP itself refused, such as 431. */
  static Problem http(int status, String detail) {
    return of(status, "http-" + status, "Refused", detail);
  }

  public int status() {
    return status;
  }

  public Map<String, String> headers() {
    return headers;
  }

  public List<Fault> faults() {
    return faults;
  }

  /** Its JSON form. */
  ObjectNode json(String requestId) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("type", "urn:runway:problem:" + kind);
    json.put("title", title);
    json.put("status", status);
    json.put("detail", getMessage());
    json.put("request_id", requestId);
    if (!path.isEmpty()) {
      ArrayNode nodes = json.putArray("path");
      path.stream().limit(MAX_FAULTS).forEach(node -> nodes.add(printable(node)));
    }
    if (!faults.isEmpty()) {
      ArrayNode errors = json.putArray("errors");
      for (Fault fault : faults.subList(0, Math.min(MAX_FAULTS, faults.size()))) {
        errors
            .addObject()
            .put(fault.place(), printable(fault.name()))
            .put("detail", printable(fault.detail()));
      }
    }
    return json;
  }

  private static String printable(String text) {
    StringBuilder printable = new StringBuilder(Math.min(text.length(), MAX_CHARS));
    for (int i = 0; i < text.length() && i < MAX_CHARS; i++) {
      char c = text.charAt(i);
      printable.append(Character.isISOControl(c) || Character.isSurrogate(c) ? '?' : c);
    }
    return printable.toString();
  }
}
