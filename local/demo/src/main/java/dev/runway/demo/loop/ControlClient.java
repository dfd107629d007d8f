package dev.runway.demo.loop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Asks a control API, as one person or program. */
public final class ControlClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final Duration TOKEN_HOLDS = Duration.ofHours(12);

  private final URI server;
  private final String token;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  public ControlClient(URI server, String token) {
    this.server = server;
    this.token = token;
  }

  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  public static JsonNode json(byte[] text) throws IOException {
    return JSON.readTree(text);
  }

  static JsonNode json(String text) throws IOException {
    return JSON.readTree(text);
  }

  public JsonNode get(String path) throws IOException, InterruptedException {
    return send(request(path).GET(), path);
  }

  /** Same of something that may not be there. */
  public Optional<JsonNode> find(String path) throws IOException, InterruptedException {
    HttpResponse<byte[]> response =
        http.send(request(path).GET().build(), HttpResponse.BodyHandlers.ofByteArray());
    return response.statusCode() == 404 ? Optional.empty() : Optional.of(body(response, path));
  }

  /**
   * A token of a program.
   *
   * @param id by which it can be revoked
   */
  public record Token(String id, String secret) {
    @Override
    public String toString() {
      return "token " + id;
    }
  }

  /** From now on nobody can use it. */
  public void revoke(Token token) throws IOException, InterruptedException {
    delete("/v1/tokens/" + token.id());
  }

  /**
   * Has a token made for a program, as an administrator may; it holds for twelve hours.
   *
   * @param role such as {@code editor}
   * @param team whose models it may change
   */
  public Token issue(String name, String role, String team)
      throws IOException, InterruptedException {
    ObjectNode body = object().put("name", name);
    body.putArray("roles").add(role);
    body.putArray("teams").add(team);
    body.put("expires_at", Instant.now().plus(TOKEN_HOLDS).toString());
    JsonNode made = post("/v1/tokens", body);
    return new Token(made.path("token_id").asText(), made.path("token").asText());
  }

  /** Ends something. */
  public void delete(String path) throws IOException, InterruptedException {
    send(request(path).DELETE(), path);
  }

  public JsonNode post(String path, JsonNode body) throws IOException, InterruptedException {
    return send(
        request(path).header("Idempotency-Key", UUID.randomUUID().toString()).POST(bytes(body)),
        path);
  }

  /**
   * Puts something in the place of what there is.
   *
   * @param revision that is to be changed; null where none is asked for
   */
  public JsonNode put(String path, JsonNode body, @Nullable Long revision)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = request(path).PUT(bytes(body));
    if (revision != null) {
      request.header("If-Match", "\"" + revision + "\"");
    }
    return send(request, path);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(server + path))
        .timeout(ANSWER)
        .header("Authorization", "Bearer " + token)
        .header("Content-Type", "application/json");
  }

  private static HttpRequest.BodyPublisher bytes(JsonNode body) {
    return HttpRequest.BodyPublishers.ofString(body.toString(), StandardCharsets.UTF_8);
  }

  private JsonNode send(HttpRequest.Builder request, String path)
      throws IOException, InterruptedException {
    return body(http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray()), path);
  }

  private static JsonNode body(HttpResponse<byte[]> response, String path) throws IOException {
    if (response.statusCode() >= 300) {
      throw new IOException(
          "the control API answers %s with %d: %s"
              .formatted(
                  path,
                  response.statusCode(),
                  new String(response.body(), StandardCharsets.UTF_8)));
    }
    return response.body().length == 0 ? MissingNode.getInstance() : JSON.readTree(response.body());
  }
}
