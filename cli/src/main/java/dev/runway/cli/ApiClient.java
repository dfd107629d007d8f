package dev.runway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Asks the API. It follows no redirects: a token goes where it was said to go. */
final class ApiClient {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Target target;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  ApiClient(Target target) {
    this.target = target;
  }

  /**
   * What is sent.
   *
   * @param path with its query, encoded
   * @param body null for none
   */
  record Request(String method, String path, @Nullable Body body, Map<String, String> headers) {
    static Request get(String path) {
      return new Request("GET", path, null, Map.of());
    }
  }

  /** A body and what it says to be. */
  record Body(byte[] bytes, String contentType) {
    static Body json(JsonNode node) throws JsonProcessingException {
      return new Body(JSON.writeValueAsBytes(node), "application/json");
    }
  }

  /**
   * What came back.
   *
   * @param body missing for an answer without one
   * @param etag null when there is none
   */
  record Reply(int status, JsonNode body, @Nullable String etag) {}

  /**
   * Sends a request.
   *
   * @throws Refused if the API says no
   * @throws CannotAsk if it does not answer
   */
  Reply send(Request request) throws InterruptedException {
    try {
      HttpResponse<byte[]> response =
          http.send(http(request), HttpResponse.BodyHandlers.ofByteArray());
      JsonNode body = read(response.body(), response.statusCode());
      if (response.statusCode() >= 300) {
        throw new Refused(response.statusCode(), body);
      }
      String etag = response.headers().firstValue("ETag").orElse(null);
      return new Reply(response.statusCode(), body, etag);
    } catch (IOException e) {
      throw away(e);
    }
  }

  /** Hands on the lines of a stream until one of both sides ends it. */
  void listen(Request request, Consumer<String> line) throws InterruptedException {
    try {
      HttpResponse<Stream<String>> response =
          http.send(http(request), HttpResponse.BodyHandlers.ofLines());
      try (Stream<String> lines = response.body()) {
        if (response.statusCode() >= 300) {
          byte[] bytes = String.join("\n", lines.toList()).getBytes(StandardCharsets.UTF_8);
          throw new Refused(response.statusCode(), read(bytes, response.statusCode()));
        }
        lines.forEach(line);
      }
    } catch (UncheckedIOException e) {
      throw away(new IOException("the stream broke off", e));
    } catch (IOException e) {
      throw away(e);
    }
  }

  private HttpRequest http(Request request) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(target.server() + request.path()))
            .timeout(ANSWER)
            .header("Authorization", "Bearer " + target.token());
    request.headers().forEach(builder::header);
    Body body = request.body();
    if (body == null) {
      return builder.method(request.method(), HttpRequest.BodyPublishers.noBody()).build();
    }
    return builder
        .header("Content-Type", body.contentType())
        .method(request.method(), HttpRequest.BodyPublishers.ofByteArray(body.bytes()))
        .build();
  }

  private CannotAsk away(IOException e) {
    return new CannotAsk(
        "no answer from the control API at "
            + target.server()
            + " ("
            + e.getClass().getSimpleName()
            + (e.getMessage() == null ? "" : ": " + e.getMessage())
            + "): ./runway status shows whether it is up");
  }

  private JsonNode read(byte[] bytes, int status) throws IOException {
    if (bytes.length == 0) {
      return MissingNode.getInstance();
    }
    try {
      return JSON.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw new CannotAsk(
          target.server()
              + " answered "
              + status
              + " and no JSON: something else than the control API may be there");
    }
  }
}
