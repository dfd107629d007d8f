package dev.runway.control.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Takes of a request what the contract names, and refuses the rest. */
final class RequestReader {
  private static final Pattern PERCENT_ENCODED =
      Pattern.compile("(?:[^%]++|%[0-9A-Fa-f]{2})*+", Pattern.DOTALL);

  private RequestReader() {}

  /**
   * Parameters of the path.
   *
   * @throws Problem 404 if one has a form that nothing here has
   */
  static Map<String, String> path(Contract.Route route, Context ctx) {
    Map<String, String> values = new HashMap<>();
    for (Contract.Parameter parameter : route.in("path")) {
      String value = ctx.pathParam(parameter.name());
      if (!Contract.faults(parameter.check(), new TextNode(value)).isEmpty()) {
        throw Problem.notFound("nothing can have such a name: " + parameter.name());
      }
      values.put(parameter.name(), value);
    }
    return values;
  }

  /**
   * Parameters of the query.
   *
   * @throws Problem 400 naming the parameter
   */
  static Map<String, String> query(Contract.Route route, Context ctx) {
    // The library leaves out what it cannot decode: a filter with a slip would find everything.
    if (!PERCENT_ENCODED.matcher(Objects.requireNonNullElse(ctx.queryString(), "")).matches()) {
      throw Problem.malformed("the query is not percent-encoded");
    }
    Map<String, List<String>> sent;
    try {
      sent = ctx.queryParamMap();
    } catch (IllegalArgumentException e) {
      throw Problem.malformed("the query is not percent-encoded UTF-8");
    }
    List<Contract.Parameter> known = route.in("query");
    for (String name : sent.keySet()) {
      if (known.stream().noneMatch(parameter -> parameter.name().equals(name))) {
        throw Problem.parameter("parameter", name, "is no parameter of this operation");
      }
    }
    Map<String, String> values = new HashMap<>();
    for (Contract.Parameter parameter : known) {
      List<String> all = sent.getOrDefault(parameter.name(), List.of());
      if (all.size() > 1) {
        throw Problem.parameter("parameter", parameter.name(), "came twice");
      }
      put(parameter, all.isEmpty() ? null : all.get(0), values, "parameter");
    }
    return values;
  }

  /**
   * Headers that the contract names.
   *
   * @throws Problem 400 naming the header
   */
  static Map<String, String> headers(Contract.Route route, Context ctx) {
    Map<String, String> values = new HashMap<>();
    for (Contract.Parameter parameter : route.in("header")) {
      put(parameter, ctx.header(parameter.name()), values, "header");
    }
    return values;
  }

  private static void put(
      Contract.Parameter parameter, @Nullable String text, Map<String, String> into, String place) {
    if (text == null) {
      if (parameter.required()) {
        throw Problem.parameter(place, parameter.name(), "is required");
      }
      return;
    }
    List<Fault> faults = Contract.faults(parameter.check(), typed(parameter, text));
    if (!faults.isEmpty()) {
      throw Problem.parameter(place, parameter.name(), faults.get(0).detail());
    }
    into.put(parameter.name(), text);
  }

  private static JsonNode typed(Contract.Parameter parameter, String text) {
    String type = parameter.schema().path("type").asText();
    try {
      if (type.equals("integer")) {
        return LongNode.valueOf(Long.parseLong(text));
      }
    } catch (NumberFormatException e) {
      return new TextNode(text); // Which the schema refuses, in its own words.
    }
    if (type.equals("boolean") && (text.equals("true") || text.equals("false"))) {
      return BooleanNode.valueOf(text.equals("true"));
    }
    return new TextNode(text);
  }

  /**
   * Bytes of the body, at most as many as the operation takes; none is read where none is due.
   *
   * @param limit within which the body must have come
   * @throws Problem 408 if it has not, 413 if it is longer than the operation takes, 415 if it is
   *     compressed, 400 if it breaks off
   */
  static byte[] bytes(Contract.Route route, Context ctx, Duration limit) {
    if (route.body() == null) {
      if (ctx.req().getContentLengthLong() > 0 || ctx.header("Transfer-Encoding") != null) {
        throw Problem.malformed("this operation takes no body");
      }
      return new byte[0];
    }
    String encoding = ctx.header("Content-Encoding");
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      // A few bytes of a compressed body can be any number of bytes in memory.
      throw Problem.mediaType("a body without Content-Encoding");
    }
    if (ctx.req().getContentLengthLong() > route.maxBytes()) {
      throw Problem.tooLarge(route.maxBytes());
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] part = new byte[8 * 1024];
    try (BodyDeadline deadline = BodyDeadline.of(ctx.req(), limit);
        InputStream in = ctx.bodyInputStream()) {
      for (int read = deadline.read(in, part); read >= 0; read = deadline.read(in, part)) {
        if (bytes.size() + read > route.maxBytes()) {
          throw Problem.tooLarge(route.maxBytes());
        }
        bytes.write(part, 0, read);
      }
      return bytes.toByteArray();
    } catch (IOException e) {
      throw Problem.malformed("the body did not come to its end");
    }
  }

  /**
   * The body as a tree that the contract takes.
   *
   * @return null for an operation without a body
   * @throws Problem 400 if it is not JSON or YAML, 415 if it says to be something else, 422 with
   *     every field that is wrong
   */
  static @Nullable ObjectNode body(Contract.Route route, Context ctx, byte[] bytes) {
    if (route.body() == null) {
      return null;
    }
    String type = String.valueOf(ctx.contentType()).split(";", 2)[0].strip();
    ObjectNode body =
        switch (type.toLowerCase(Locale.ROOT)) {
          case "application/json" -> StrictBody.json(bytes);
          case "application/yaml", "application/x-yaml", "text/yaml" -> {
            if (!route.yaml()) {
              throw Problem.mediaType("application/json");
            }
            yield StrictBody.yaml(bytes);
          }
          default ->
              throw Problem.mediaType(
                  route.yaml() ? "application/json or application/yaml" : "application/json");
        };
    List<Fault> faults = Contract.faults(route.body(), body);
    if (!faults.isEmpty()) {
      throw Problem.invalid(faults);
    }
    return body;
  }
}
