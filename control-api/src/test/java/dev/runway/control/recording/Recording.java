package dev.runway.control.recording;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * What a real server answered to this module's own requests, kept in a file. A server says it
 * again, as long as it is asked the same in the same order. With {@code -Drunway.record.SERVER=URL}
 * it stands before the real one instead, and writes the file anew.
 */
public final class Recording implements AutoCloseable {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private static final Path FOLDER = Path.of("src/test/resources/recordings");
  private static final List<String> ASKED_WITH =
      List.of("Authorization", "Content-Type", "user", "x-api-key");
  private static final List<String> ANSWERED_WITH = List.of("Content-Type", "Retry-After");
  private static final int MOST_QUESTIONS = 240;

  private final Path file;
  private final String live;
  private final ArrayNode exchanges;
  private final Map<String, String> tokens = new HashMap<>();
  private final List<String> surprises = new ArrayList<>();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final HttpServer server;
  private int told;

  /**
   * @param of whose answers they are
   * @param what happens
   */
  public Recording(String of, String what) throws IOException {
    file = FOLDER.resolve(of).resolve(what + ".json");
    live = System.getProperty("runway.record." + of);
    exchanges =
        live == null
            ? (ArrayNode) JSON.readTree(file.toFile())
            : JsonNodeFactory.instance.arrayNode();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  /** Where it answers. */
  public URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Asks until it is so: the real one takes its time, a recording has it behind it. */
  public void await(BooleanSupplier question) {
    for (int asked = 1; !question.getAsBoolean(); asked++) {
      assertThat(asked).as("how often it was asked").isLessThan(MOST_QUESTIONS);
      pause(500);
    }
  }

  /** Lets time go by where it is real. */
  public void pause(long millis) {
    if (live != null) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      ObjectNode request = request(exchange, body);
      JsonNode answer = live == null ? replayed(request) : forwarded(exchange, request, body);
      for (Map.Entry<String, JsonNode> header : answer.path("headers").properties()) {
        exchange.getResponseHeaders().set(header.getKey(), header.getValue().asText());
      }
      byte[] said =
          answer.path("body").isTextual()
              ? answer.path("body").asText().getBytes(StandardCharsets.UTF_8)
              : JSON.writeValueAsBytes(answer.path("body"));
      exchange.sendResponseHeaders(
          answer.path("status").asInt(), said.length == 0 ? -1 : said.length);
      exchange.getResponseBody().write(said);
    }
  }

  private ObjectNode request(HttpExchange exchange, byte[] body) throws IOException {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request.put("method", exchange.getRequestMethod());
    request.put("path", exchange.getRequestURI().toString());
    ObjectNode headers = request.putObject("headers");
    for (String name : ASKED_WITH) {
      String value = exchange.getRequestHeaders().getFirst(name);
      if (value != null) {
        String token = value.replaceFirst("^Bearer ", "");
        headers.put(name, value.replace(token, tokens.getOrDefault(token, token)));
      }
    }
    if (body.length > 0) {
      request.set("body", JSON.readTree(body));
    }
    return request;
  }

  private JsonNode replayed(ObjectNode request) {
    JsonNode expected = exchanges.path(told).path("request");
    if (request.equals(expected)) {
      return exchanges.path(told++).path("answer");
    }
    JsonNode last = exchanges.path(told - 1);
    if (request.path("method").asText().equals("GET") && request.equals(last.path("request"))) {
      return last.path("answer"); // The same question again, and nothing has happened.
    }
    surprises.add(told + " should be " + expected + " and is " + request);
    return JsonNodeFactory.instance.objectNode().put("status", 500).put("body", "not recorded");
  }

  /** Gives the real answer; tokens of it have another name in the file. */
  private JsonNode forwarded(HttpExchange exchange, ObjectNode request, byte[] body)
      throws IOException {
    HttpRequest.Builder real =
        HttpRequest.newBuilder(URI.create(live + request.path("path").asText()))
            .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
    for (String name : ASKED_WITH) {
      String value = exchange.getRequestHeaders().getFirst(name);
      if (value != null) {
        real.header(name, value);
      }
    }
    HttpResponse<String> response;
    try {
      response = client.send(real.build(), HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("status", response.statusCode());
    ObjectNode headers = answer.putObject("headers");
    for (String name : ANSWERED_WITH) {
      response.headers().firstValue(name).ifPresent(value -> headers.put(name, value));
    }
    answer.set("body", json(response.body()));
    ObjectNode exchanged = JsonNodeFactory.instance.objectNode();
    exchanged.set("request", request);
    exchanged.set("answer", withoutDefaults(withoutToken(answer)));
    // Whoever waits asks the same many times.
    if (!sameNews(exchanges.path(exchanges.size() - 1), exchanged)) {
      exchanges.add(exchanged);
    }
    return answer;
  }

  /** Whether the same question had an answer that says of the run what this one says. */
  private static boolean sameNews(JsonNode before, JsonNode now) {
    boolean same = before.path("request").equals(now.path("request"));
    for (String field : List.of("/answer/status", "/answer/body/state", "/answer/body/status")) {
      same &= before.at(field).equals(now.at(field));
    }
    return same;
  }

  private static JsonNode json(String body) {
    try {
      JsonNode json = JSON.readTree(body);
      return json.isContainerNode() ? json : TextNode.valueOf(body);
    } catch (IOException e) {
      return TextNode.valueOf(body);
    }
  }

  private ObjectNode withoutToken(ObjectNode answer) {
    ObjectNode copy = answer.deepCopy();
    JsonNode token = copy.path("body").path("access_token");
    if (token.isTextual()) {
      String name =
          tokens.computeIfAbsent(token.asText(), unused -> "token-" + (tokens.size() + 1));
      ((ObjectNode) copy.path("body")).put("access_token", name);
    }
    return copy;
  }

  /** Maestro tells of each parameter that every run of it has, with its program. */
  private static JsonNode withoutDefaults(JsonNode answer) {
    if (answer instanceof ObjectNode object) {
      object.removeIf(value -> value.path("source").asText().equals("SYSTEM_DEFAULT"));
    }
    answer.forEach(Recording::withoutDefaults);
    return answer;
  }

  @Override
  public void close() throws IOException {
    server.stop(0);
    if (live != null) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, JSON.writeValueAsString(exchanges) + "\n");
      return;
    }
    assertThat(surprises).as("requests that are not in %s", file).isEmpty();
    assertThat(told).as("requests of %s that were made", file).isEqualTo(exchanges.size());
  }
}
